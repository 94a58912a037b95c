//! Environments in the store.

use async_trait::async_trait;
use padlock_domain::app::App;
use padlock_domain::environment::Environment;
use padlock_domain::ids::{AppId, EnvironmentId};

use crate::ports::{Insert, StoreError, Update};

/// Environments.
#[async_trait]
pub trait EnvironmentStore {
    /// An app's environments in promotion order.
    async fn environments(&mut self, app: AppId) -> Result<Vec<Environment>, StoreError>;
    /// Every environment there is, for the start of the server.
    async fn all_environments(&mut self) -> Result<Vec<(App, Environment)>, StoreError>;
    /// One by id.
    async fn environment(&mut self, id: EnvironmentId) -> Result<Option<Environment>, StoreError>;
    /// Adds one; [`Update::Stale`] when slug or position is taken in the app.
    async fn add_environment(&mut self, environment: &Environment) -> Result<Insert, StoreError>;
    /// Saves `slot`, `job` and `revision` of an environment that was at revision `was`.
    async fn save_environment(&mut self, environment: &Environment, was: i64) -> Result<Update, StoreError>;
}
