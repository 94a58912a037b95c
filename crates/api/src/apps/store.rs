//! Apps and their teams in the store.

use async_trait::async_trait;
use padlock_domain::{AccountId, App, AppId, Membership};

use crate::ports::{Insert, StoreResult};

/// Queries of apps and memberships.
#[async_trait]
pub trait ReadApps {
    /// Returns the apps that an account is an active member of, ordered by name.
    async fn apps_of(&mut self, account: AccountId) -> StoreResult<Vec<App>>;
    /// Returns every app, ordered by name.
    async fn all_apps(&mut self) -> StoreResult<Vec<App>>;
    /// Returns the app with this slug or id, if any.
    async fn app(&mut self, slug_or_id: &str) -> StoreResult<Option<App>>;
    /// Returns the active memberships of an account, in any order, with its permissions on every environment.
    async fn memberships_of(&mut self, account: AccountId) -> StoreResult<Vec<Membership>>;
    /// Returns an account's membership of an app's team, if any, with its permissions on every environment.
    async fn membership(&mut self, app: AppId, account: AccountId) -> StoreResult<Option<Membership>>;
}

/// Statements on apps and memberships.
#[async_trait]
pub trait WriteApps {
    /// Locks the rows of an account, its membership of an app, its permissions there and the app until this transaction ends,
    /// as [`lock_session_row`](crate::ports::WriteSessions::lock_session_row) does.
    async fn lock_membership_rows(&mut self, app: AppId, account: AccountId) -> StoreResult<()>;
    /// Adds an app; [`Insert::Duplicate`] when the slug is taken.
    async fn add_app(&mut self, app: &App) -> StoreResult<Insert>;
    /// Adds a membership with its permissions.
    async fn add_membership(&mut self, membership: &Membership) -> StoreResult<()>;
}
