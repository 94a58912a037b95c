//! The Padlock server: what the API's ports are in the real world, and the command line that puts them together.
//!
//! [`serve`] is where everything comes together; [`store`], [`blobs`], [`runtime`] and [`machine`] are the adapters,
//! [`http`] is what stands before the API for every request.

pub(crate) mod authority;
pub mod blobs;
pub mod cli;
pub(crate) mod disk;
pub mod folder;
pub mod http;
pub mod key_file;
pub mod logs;
pub mod machine;
pub mod mail;
pub mod metrics;
pub mod operate;
pub mod runtime;
pub mod serve;
pub mod settings;
pub mod store;
