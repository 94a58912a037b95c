//! What the API needs of the world: each a trait with an in-memory adapter in [`crate::memory`] and a real one in the
//! server.

mod blobs;
mod machine;
mod runtime;
mod store;

pub use blobs::{BlobError, Blobs, ReadSeek, Received, Upload};
pub use machine::{Clock, Entropy, Hasher, HasherBusy, Spawn, Task, entropy};
pub use runtime::{Runtime, RuntimeError};
pub use store::{
    Accounts, Activities, Apps, Conflict, Deployments, Environments, PackageRow, Packages, Sessions, Store, StoreError,
    Transaction,
};
