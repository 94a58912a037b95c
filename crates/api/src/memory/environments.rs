//! Environments in memory.

use async_trait::async_trait;
use padlock_domain::app::App;
use padlock_domain::environment::Environment;
use padlock_domain::ids::{AppId, EnvironmentId};

use super::store::MemoryTransaction;
use crate::ports::{EnvironmentStore, Insert, StoreError, Update};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl EnvironmentStore for MemoryTransaction {
    async fn environments(&mut self, app: AppId) -> Result<Vec<Environment>> {
        let mut environments: Vec<_> = self.tables().environments.values().filter(|e| e.app == app).cloned().collect();
        environments.sort_by_key(|e| e.position);
        Ok(environments)
    }

    async fn all_environments(&mut self) -> Result<Vec<(App, Environment)>> {
        let tables = self.tables();
        let with_app = |e: &Environment| Some((tables.apps.get(&e.app)?.clone(), e.clone()));
        Ok(tables.environments.values().filter_map(with_app).collect())
    }

    async fn environment(&mut self, id: EnvironmentId) -> Result<Option<Environment>> {
        Ok(self.tables().environments.get(&id).cloned())
    }

    async fn add_environment(&mut self, environment: &Environment) -> Result<Insert> {
        let environments = &mut self.tables_mut()?.environments;
        let taken = |e: &Environment| {
            e.app == environment.app && (e.slug == environment.slug || e.position == environment.position)
        };
        if environments.values().any(taken) {
            return Ok(Insert::Duplicate);
        }
        environments.insert(environment.id, environment.clone());
        Ok(Insert::Inserted)
    }

    async fn save_environment(&mut self, environment: &Environment, was: i64) -> Result<Update> {
        match self.tables_mut()?.environments.get_mut(&environment.id) {
            Some(stored) if stored.revision == was => {
                stored.slot = environment.slot.clone();
                stored.job = environment.job;
                stored.revision = environment.revision;
                Ok(Update::Applied)
            }
            _ => Ok(Update::Stale),
        }
    }
}
