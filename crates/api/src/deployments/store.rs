//! The store of deployments.

use async_trait::async_trait;
use padlock_domain::{Deployment, DeploymentId, EnvironmentId};

use crate::ports::{StoreResult, Update};

/// Queries of deployments.
#[async_trait]
pub trait ReadDeployments {
    /// Returns the deployment with this id, if any.
    async fn deployment(&mut self, id: DeploymentId) -> StoreResult<Option<Deployment>>;
    /// Returns the environment's latest deployment, if any.
    async fn latest_deployment(&mut self, environment: EnvironmentId) -> StoreResult<Option<Deployment>>;
    /// Returns the deployments that have not ended; the server's start ends them.
    async fn unfinished_deployments(&mut self) -> StoreResult<Vec<Deployment>>;
}

/// Statements on deployments.
#[async_trait]
pub trait WriteDeployments {
    /// Adds a deployment.
    async fn add_deployment(&mut self, deployment: &Deployment) -> StoreResult<()>;
    /// Saves stages and outcome; [`Update::Stale`] when the stored deployment has ended.
    async fn save_deployment(&mut self, deployment: &Deployment) -> StoreResult<Update>;
}
