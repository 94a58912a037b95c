//! Deployments in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use padlock_domain::{Deployment, DeploymentId, EnvironmentId};

use super::store::{MemoryTransaction, update};
use crate::ports::{ReadDeployments, StoreResult, Update, WriteDeployments};

#[async_trait]
impl ReadDeployments for MemoryTransaction {
    async fn deployment(&mut self, id: DeploymentId) -> StoreResult<Option<Deployment>> {
        Ok(self.tables().deployments.get(&id).cloned())
    }

    async fn deployments(&mut self, ids: &[DeploymentId]) -> StoreResult<Vec<Deployment>> {
        let deployments = &self.tables().deployments;
        Ok(ids.iter().filter_map(|id| deployments.get(id)).cloned().collect())
    }

    async fn latest_deployments(&mut self, environments: &[EnvironmentId]) -> StoreResult<Vec<Deployment>> {
        let mut latest = BTreeMap::new();
        for deployment in self.tables().deployments.values().filter(|d| environments.contains(&d.environment)) {
            latest.insert(deployment.environment, deployment);
        }
        Ok(latest.into_values().cloned().collect())
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
