//! The Padlock server: adapters for the ports of the API, its configuration and its command line.
//!
//! [`serve`] assembles the server. [`store`], [`blobs`], [`runtime`], [`mail`] and [`system`] are the adapters; [`http`]
//! contains the listener of the portal.

mod backups;
pub mod blobs;
pub mod cli;
pub mod command_error;
pub mod commands;
pub mod data_folder;
pub(crate) mod disk;
pub mod http;
pub mod installation_id;
pub mod key_file;
pub mod logs;
pub mod mail;
pub mod metrics;
pub mod runtime;
pub mod serve;
pub mod settings;
pub mod store;
pub mod system;
