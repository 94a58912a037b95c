//! The server's adapters and its command line, from outside.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod blobs;
mod command;
mod crash;
mod crowds;
mod full;
mod hanging_up;
mod hostile;
mod locked;
mod operator;
mod portal;
mod process;
mod proxies;
mod runtime;
mod store;
mod support;
mod web;
