//! The database.
//!
//! A unit of work begins a transaction, loads, lets the domain decide, saves with a guarded statement and commits. Dropping
//! a transaction without [`Transaction::commit`] rolls it back. On SQLite, write transactions run one at a time; the guards
//! (`revision`, `WHERE … IS NULL`) also hold on engines that run them concurrently.

use async_trait::async_trait;

use super::{
    AccountEntryStore, AccountStore, ActivityStore, AppStore, DeploymentStore, EnvironmentStore, MfaChallengeStore,
    PackageStore, SecondFactorStore, SessionStore, StoreResult,
};

/// The database.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a read-only transaction on a consistent snapshot.
    async fn read(&self) -> StoreResult<Box<dyn Transaction>>;

    /// Begins a transaction that may write.
    async fn write(&self) -> StoreResult<Box<dyn Transaction>>;

    /// Checks that the database answers.
    async fn ready(&self) -> StoreResult<()>;
}

/// A transaction, with the statements of every capability.
#[async_trait]
pub trait Transaction:
    AccountStore
    + AccountEntryStore
    + SecondFactorStore
    + SessionStore
    + MfaChallengeStore
    + AppStore
    + EnvironmentStore
    + PackageStore
    + DeploymentStore
    + ActivityStore
    + Send
{
    /// Commits the transaction.
    async fn commit(self: Box<Self>) -> StoreResult<()>;
}
