//! What an operator does with the command: accounts, apps, backups, keys.

mod accounts;
mod backups;
mod keys;
mod script;
mod terminal;
mod watching;
