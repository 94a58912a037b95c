//! What the API needs of the world: each a trait with an in-memory adapter in [`crate::memory`] and a real one in the
//! server.

mod blobs;
mod machine;
mod mail;
mod runtime;
mod second_factor;
mod store;
mod vault;

pub use blobs::{BlobError, Blobs, ReadSeek, Received, Upload};
pub use machine::{Clock, Entropy, Hasher, HasherBusy, Spawn, Task, entropy};
pub use mail::{Letter, Mail, MailError};
pub use runtime::{Runtime, RuntimeError};
pub use second_factor::{AccountEntries, EnrolmentRow, FactorRow, MailCodeRow, RecoveryRow, SecondFactors};
pub use store::{
    Accounts, Activities, ActivityFilter, ActivityPage, Apps, Conflict, Deployments, Environments, PackageRow,
    Packages, Sessions, Store, StoreError, Transaction,
};
pub use vault::{CannotOpen, Sealed, Vault, context};
