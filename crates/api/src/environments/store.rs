//! Environments in the store.

use async_trait::async_trait;
use padlock_domain::{App, AppId, Environment, EnvironmentId};

use crate::ports::{Insert, StoreResult, Update};

/// Queries of environments.
#[async_trait]
pub trait ReadEnvironments {
    /// Returns an app's environments in promotion order.
    async fn environments(&mut self, app: AppId) -> StoreResult<Vec<Environment>>;
    /// Returns the environments of these apps, those of one app in promotion order.
    async fn environments_of(&mut self, apps: &[AppId]) -> StoreResult<Vec<Environment>>;
    /// Returns every environment with its app.
    async fn all_environments(&mut self) -> StoreResult<Vec<(App, Environment)>>;
    /// Returns the environment with this id, if any.
    async fn environment(&mut self, id: EnvironmentId) -> StoreResult<Option<Environment>>;
}

/// Statements on environments.
#[async_trait]
pub trait WriteEnvironments {
    /// Adds an environment; [`Insert::Duplicate`] when the app has one with this slug or position.
    async fn add_environment(&mut self, environment: &Environment) -> StoreResult<Insert>;
    /// Saves `state`, `active_deployment` and `revision`, if the stored revision is still `expected_revision`.
    async fn save_environment(&mut self, environment: &Environment, expected_revision: i64) -> StoreResult<Update>;
}
