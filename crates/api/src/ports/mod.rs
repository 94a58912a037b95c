//! What the API needs of the world: each a trait with an in-memory adapter in [`crate::memory`] and a real one in the
//! server.

mod blobs;
mod machine;
mod mail;
mod runtime;
mod second_factor;
mod store;
mod vault;

pub use blobs::{BlobError, Blobs, ReadSeek, StagedUpload, Upload};
pub use machine::{Clock, Entropy, Hasher, HasherBusy, Spawn, Task, entropy};
pub use mail::{Email, Mail, MailError};
pub use runtime::{Runtime, RuntimeError};
pub use second_factor::{
    AccountEntries, EnrolmentRecord, MailCodeRecord, RecoveryCodeRecord, SecondFactorRecord, SecondFactors,
};
pub use store::{
    Accounts, Activities, ActivityFilter, ActivityPage, Apps, Conflict, Deployments, Environments, PackageRecord,
    Packages, Sessions, Store, StoreError, Transaction,
};
pub use vault::{DecryptionError, EncryptedSecret, Vault, context};
