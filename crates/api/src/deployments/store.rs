//! Deployments in the store.

use async_trait::async_trait;
use padlock_domain::deployment::Deployment;
use padlock_domain::ids::{DeploymentId, EnvironmentId};

use crate::ports::{StoreError, Update};

/// Deployments.
#[async_trait]
pub trait DeploymentStore {
    /// One by id.
    async fn deployment(&mut self, id: DeploymentId) -> Result<Option<Deployment>, StoreError>;
    /// The latest onto an environment.
    async fn latest_deployment(&mut self, environment: EnvironmentId) -> Result<Option<Deployment>, StoreError>;
    /// Those that have not ended, for the start of the server.
    async fn unfinished_deployments(&mut self) -> Result<Vec<Deployment>, StoreError>;
    /// Adds one.
    async fn add_deployment(&mut self, deployment: &Deployment) -> Result<(), StoreError>;
    /// Saves stages and end of one that has not ended.
    async fn save_deployment(&mut self, deployment: &Deployment) -> Result<Update, StoreError>;
}
