//! The traits through which the API reaches the outside. Each has an in-memory adapter in `crate::memory` and a real one in
//! the server.

mod blobs;
mod mail;
mod runtime;
mod store;
mod store_result;
mod system;
mod vault;

use std::sync::Arc;

use padlock_domain::Timestamp;

pub use blobs::{BlobError, Blobs, ReadSeek, StagedUpload, Upload};
pub use mail::{Email, Mail, MailError};
pub use runtime::{Runtime, RuntimeError, UnpackObserver};
pub use store::{Attempt, ReadTransaction, Store, Transaction};
pub use store_result::{Insert, NotFound, StoreError, StoreResult, Update};
pub use system::{Clock, Entropy, Hasher, HasherBusy, Spawn, Task, random_bytes};
pub use vault::{DecryptionError, EncryptedSecret, Vault, context};

pub use crate::accounts::store::{ReadAccounts, WriteAccounts};
pub use crate::activity::store::{ActivityFilter, ActivityPage, ReadActivity, WriteActivity};
pub use crate::apps::store::{ReadApps, WriteApps};
pub use crate::deployments::store::{ReadDeployments, WriteDeployments};
pub use crate::environments::store::{ReadEnvironments, WriteEnvironments};
pub use crate::jobs::store::{JobClaim, JobEnd, JobRecord, JobStatistics, Lease, ReadJobs, UNKNOWN_KIND, WriteJobs};
pub use crate::notifications::store::{ReadAccountEntries, WriteAccountEntries};
pub use crate::packages::store::{PackageListing, PackageRecord, ReadPackages, WritePackages};
pub use crate::second_factor::store::{
    EnrolmentDetailsRecord, EnrolmentRecord, MailCodeRecord, ReadSecondFactors, RecoveryCodeRecord,
    SecondFactorDetailsRecord, SecondFactorRecord, WriteSecondFactors,
};
pub use crate::sessions::store::{ReadMfaChallenges, ReadSessions, RowLock, WriteMfaChallenges, WriteSessions};

/// The adapters that the API runs over.
#[derive(Clone)]
pub struct Ports {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Storage of package files.
    pub blobs: Arc<dyn Blobs>,
    /// The runtime that serves environments.
    pub runtime: Arc<dyn Runtime>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Password hashing.
    pub hasher: Arc<dyn Hasher>,
    /// Encryption at rest.
    pub vault: Arc<dyn Vault>,
    /// Email.
    pub mail: Arc<dyn Mail>,
    /// Background tasks.
    pub spawn: Arc<dyn Spawn>,
}

impl Ports {
    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        random_bytes(self.entropy.as_ref())
    }
}
