//! The store of deployments.

use async_trait::async_trait;
use padlock_domain::{Deployment, DeploymentId, EnvironmentId};

use crate::ports::{StoreResult, Update};

/// Queries of deployments.
#[async_trait]
pub trait ReadDeployments {
    /// Returns the deployment with this id, if any.
    async fn deployment(&mut self, id: DeploymentId) -> StoreResult<Option<Deployment>>;
    /// Returns these deployments, in any order, without unknown ids.
    async fn deployments(&mut self, ids: &[DeploymentId]) -> StoreResult<Vec<Deployment>>;
    /// Returns the latest deployment of each of these environments that has one, in any order.
    async fn latest_deployments(&mut self, environments: &[EnvironmentId]) -> StoreResult<Vec<Deployment>>;
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
