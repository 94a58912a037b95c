//! The database: a transaction is the unit of work.
//!
//! Begin, load, let the domain decide, save by a guarded statement, commit. A transaction that is dropped without
//! [`Transaction::commit`] changes nothing. Writing transactions run one at a time, so what is read in one stays true in it;
//! the guards (`revision`, `WHERE … IS NULL`) hold even on an engine where that is not so.

use async_trait::async_trait;

use super::{
    AccountEntryStore, AccountStore, ActivityStore, AppStore, DeploymentStore, EnvironmentStore, MfaChallengeStore,
    PackageStore, SecondFactorStore, SessionStore, StoreError,
};

/// The store.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a transaction that only reads, on one consistent state.
    async fn read(&self) -> Result<Box<dyn Transaction>, StoreError>;

    /// Begins a transaction that may write.
    async fn write(&self) -> Result<Box<dyn Transaction>, StoreError>;

    /// Whether the store answers.
    async fn ready(&self) -> Result<(), StoreError>;
}

/// A unit of work.
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
    /// Makes everything in it lasting, or nothing.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}
