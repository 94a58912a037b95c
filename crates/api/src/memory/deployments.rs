//! Deployments in memory.

use async_trait::async_trait;
use padlock_domain::deployment::Deployment;
use padlock_domain::ids::{DeploymentId, EnvironmentId};

use super::store::MemoryTransaction;
use crate::ports::{DeploymentStore, StoreError, Update};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl DeploymentStore for MemoryTransaction {
    async fn deployment(&mut self, id: DeploymentId) -> Result<Option<Deployment>> {
        Ok(self.tables().deployments.get(&id).cloned())
    }

    async fn latest_deployment(&mut self, environment: EnvironmentId) -> Result<Option<Deployment>> {
        Ok(self.tables().deployments.values().rev().find(|d| d.environment == environment).cloned())
    }

    async fn unfinished_deployments(&mut self) -> Result<Vec<Deployment>> {
        Ok(self.tables().deployments.values().filter(|d| d.end.is_none()).cloned().collect())
    }

    async fn add_deployment(&mut self, deployment: &Deployment) -> Result<()> {
        self.tables_mut()?.deployments.insert(deployment.id, deployment.clone());
        Ok(())
    }

    async fn save_deployment(&mut self, deployment: &Deployment) -> Result<Update> {
        match self.tables_mut()?.deployments.get_mut(&deployment.id) {
            Some(stored) if stored.end.is_none() => {
                stored.stages.clone_from(&deployment.stages);
                stored.end = deployment.end;
                Ok(Update::Applied)
            }
            _ => Ok(Update::Stale),
        }
    }
}
