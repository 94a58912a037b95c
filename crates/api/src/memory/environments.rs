//! Environments in memory.

use async_trait::async_trait;
use padlock_domain::{App, AppId, Environment, EnvironmentId};

use super::store::{MemoryTransaction, update};
use crate::ports::{Insert, ReadEnvironments, StoreResult, Update, WriteEnvironments};

#[async_trait]
impl ReadEnvironments for MemoryTransaction {
    async fn environments(&mut self, app: AppId) -> StoreResult<Vec<Environment>> {
        let mut environments: Vec<_> = self.tables().environments.values().filter(|e| e.app == app).cloned().collect();
        environments.sort_by_key(|e| e.position);
        Ok(environments)
    }

    async fn environments_of(&mut self, apps: &[AppId]) -> StoreResult<Vec<Environment>> {
        let environments = self.tables().environments.values().filter(|e| apps.contains(&e.app));
        let mut environments: Vec<_> = environments.cloned().collect();
        environments.sort_by_key(|environment| (environment.app, environment.position));
        Ok(environments)
    }

    async fn all_environments(&mut self) -> StoreResult<Vec<(App, Environment)>> {
        let tables = self.tables();
        let with_app = |e: &Environment| Some((tables.apps.get(&e.app)?.clone(), e.clone()));
        Ok(tables.environments.values().filter_map(with_app).collect())
    }

    async fn environment(&mut self, id: EnvironmentId) -> StoreResult<Option<Environment>> {
        Ok(self.tables().environments.get(&id).cloned())
    }
}

#[async_trait]
impl WriteEnvironments for MemoryTransaction {
    async fn add_environment(&mut self, environment: &Environment) -> StoreResult<Insert> {
        let environments = &mut self.tables_mut().environments;
        let taken = |e: &Environment| {
            e.app == environment.app && (e.slug == environment.slug || e.position == environment.position)
        };
        if environments.values().any(taken) {
            return Ok(Insert::Duplicate);
        }
        environments.insert(environment.id, environment.clone());
        Ok(Insert::Inserted)
    }

    async fn save_environment(&mut self, environment: &Environment, expected_revision: i64) -> StoreResult<Update> {
        let stored = self.tables_mut().environments.get_mut(&environment.id);
        Ok(update(stored.filter(|stored| stored.revision == expected_revision), |stored| {
            stored.state = environment.state.clone();
            stored.active_deployment = environment.active_deployment;
            stored.revision = environment.revision;
        }))
    }
}
