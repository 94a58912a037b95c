//! Deployments in memory.

use async_trait::async_trait;
use padlock_domain::{Deployment, DeploymentId, EnvironmentId};

use super::store::{MemoryTransaction, update};
use crate::ports::{ReadDeployments, StoreResult, Update, WriteDeployments};

#[async_trait]
impl ReadDeployments for MemoryTransaction {
    async fn deployment(&mut self, id: DeploymentId) -> StoreResult<Option<Deployment>> {
        Ok(self.tables().deployments.get(&id).cloned())
    }

    async fn latest_deployment(&mut self, environment: EnvironmentId) -> StoreResult<Option<Deployment>> {
        Ok(self.tables().deployments.values().rev().find(|d| d.environment == environment).cloned())
    }

    async fn unfinished_deployments(&mut self) -> StoreResult<Vec<Deployment>> {
        Ok(self.tables().deployments.values().filter(|d| d.end.is_none()).cloned().collect())
    }
}

#[async_trait]
impl WriteDeployments for MemoryTransaction {
    async fn add_deployment(&mut self, deployment: &Deployment) -> StoreResult<()> {
        self.tables_mut().deployments.insert(deployment.id, deployment.clone());
        Ok(())
    }

    async fn save_deployment(&mut self, deployment: &Deployment) -> StoreResult<Update> {
        let stored = self.tables_mut().deployments.get_mut(&deployment.id).filter(|stored| stored.end.is_none());
        Ok(update(stored, |stored| {
            stored.stages.clone_from(&deployment.stages);
            stored.end = deployment.end;
        }))
    }
}
