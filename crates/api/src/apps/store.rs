//! Apps and their teams in the store.

use async_trait::async_trait;
use padlock_domain::app::{App, Membership};
use padlock_domain::ids::{AccountId, AppId};

use crate::ports::{Insert, StoreError};

/// Apps and teams.
#[async_trait]
pub trait AppStore {
    /// The apps this account is a member of (deactivated members see none), by name.
    async fn apps_of(&mut self, account: AccountId) -> Result<Vec<App>, StoreError>;
    /// Every app there is, by name.
    async fn all_apps(&mut self) -> Result<Vec<App>, StoreError>;
    /// By slug or, if it reads as one, by id.
    async fn app(&mut self, slug_or_id: &str) -> Result<Option<App>, StoreError>;
    /// An account's place in an app's team, with its whole row of the matrix.
    async fn membership(&mut self, app: AppId, account: AccountId) -> Result<Option<Membership>, StoreError>;
    /// Adds an app; [`Update::Stale`] when the slug is taken.
    async fn add_app(&mut self, app: &App) -> Result<Insert, StoreError>;
    /// Adds a member with a row of the matrix.
    async fn add_membership(&mut self, membership: &Membership) -> Result<(), StoreError>;
}
