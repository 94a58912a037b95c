//! The in-memory adapters, for tests and for the preview, which runs in a browser tab.

mod accounts;
mod activity;
mod apps;
mod blobs;
mod deployments;
mod environments;
mod hasher;
mod jobs;
mod notifications;
mod packages;
mod runtime;
mod second_factor;
mod sessions;
#[cfg(feature = "snapshot")]
mod snapshot;
mod store;

pub use blobs::MemoryBlobs;
pub use hasher::InlineHasher;
pub use runtime::{MemoryRuntime, Site};
pub use store::{MemoryStore, Revision};
