//! The database.
//!
//! Reading and writing are different types: a [`ReadTransaction`] cannot write. What writes is a unit of work
//! (`Store::write`), which loads, lets the domain decide, saves with guarded statements and commits, and which is repeated when
//! the store could not put it in an order with the units that ran at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;

use super::{
    JobClaim, JobRecord, ReadAccountEntries, ReadAccounts, ReadActivity, ReadApps, ReadDeployments, ReadEnvironments,
    ReadJobs, ReadMfaChallenges, ReadPackages, ReadSecondFactors, ReadSessions, StoreResult, WriteAccountEntries,
    WriteAccounts, WriteActivity, WriteApps, WriteDeployments, WriteEnvironments, WriteJobs, WriteMfaChallenges,
    WritePackages, WriteSecondFactors, WriteSessions,
};

/// The database.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a transaction on a consistent snapshot.
    async fn read(&self) -> StoreResult<Box<dyn ReadTransaction>>;

    /// Begins a transaction that may write. Concurrent ones have the effect of one after the other: a transaction for
    /// which that is impossible fails with [`StoreError::Conflict`](super::StoreError) and notifies its attempt.
    async fn begin_write(&self, attempt: &Attempt) -> StoreResult<Box<dyn Transaction>>;

    /// Leases the job that may run first to a worker, if there is one. Concurrent claims get different jobs.
    async fn claim_job(&self, claim: JobClaim<'_>) -> StoreResult<Option<JobRecord>>;

    /// Checks that the database answers.
    async fn ready(&self) -> StoreResult<()>;
}

/// One attempt at a unit of work, as the store sees it.
#[derive(Debug, Clone, Default)]
pub struct Attempt {
    number: u32,
    conflict: Arc<AtomicBool>,
}

impl Attempt {
    /// Returns the attempt with this number, from zero.
    #[must_use]
    pub fn new(number: u32) -> Self {
        Self { number, conflict: Arc::default() }
    }

    /// Returns the number of earlier attempts at the same unit of work.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Records that the store could not put the transaction in an order with others: another attempt may succeed.
    pub fn report_conflict(&self) {
        self.conflict.store(true, Ordering::Relaxed);
    }

    /// Returns whether the store has reported a conflict.
    #[must_use]
    pub fn had_conflict(&self) -> bool {
        self.conflict.load(Ordering::Relaxed)
    }
}

/// A transaction with the queries of every capability.
pub trait ReadTransaction:
    ReadAccounts
    + ReadAccountEntries
    + ReadSecondFactors
    + ReadSessions
    + ReadMfaChallenges
    + ReadApps
    + ReadEnvironments
    + ReadPackages
    + ReadDeployments
    + ReadActivity
    + ReadJobs
    + Send
{
}

/// A transaction with the queries and the statements of every capability. Dropping it without [`Transaction::commit`] rolls
/// it back.
#[async_trait]
pub trait Transaction:
    ReadTransaction
    + WriteAccounts
    + WriteAccountEntries
    + WriteSecondFactors
    + WriteSessions
    + WriteMfaChallenges
    + WriteApps
    + WriteEnvironments
    + WritePackages
    + WriteDeployments
    + WriteActivity
    + WriteJobs
{
    /// Commits the transaction. It is completed even when the caller stops waiting.
    async fn commit(self: Box<Self>) -> StoreResult<()>;
}
