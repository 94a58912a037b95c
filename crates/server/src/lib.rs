//! The Padlock server: what the API's ports are in the real world, and the command line that puts them together.
//!
//! [`serve`] is where everything comes together; [`store`], [`blobs`], [`runtime`] and [`machine`] are the adapters,
//! [`http`] is what stands before the API for every request.

pub mod blobs;
pub mod cli;
pub mod commands;
pub mod data_folder;
pub(crate) mod disk;
pub mod http;
pub mod key_file;
pub mod logs;
pub mod mail;
pub mod metrics;
pub mod runtime;
pub mod serve;
pub mod settings;
pub mod store;
pub mod system;
