//! The in-memory adapters: for tests, and for the preview that runs in a tab.

mod blobs;
mod hasher;
mod people;
mod runtime;
mod second_factor;
mod sessions;
mod store;
mod work;

pub use blobs::MemoryBlobs;
pub use hasher::InlineHasher;
pub use runtime::{MemoryRuntime, Site};
pub use store::MemoryStore;
