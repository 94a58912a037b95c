//! Packages in memory.

use async_trait::async_trait;
use padlock_domain::Timestamp;
use padlock_domain::ids::{AppId, EnvironmentId, PackageId};
use padlock_domain::package::Package;

use super::store::{MemoryTransaction, Run};
use crate::ports::{PackageRecord, PackageStore, StoreError, Update};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl PackageStore for MemoryTransaction {
    async fn packages(&mut self, app: AppId, before: Option<PackageId>, limit: u32) -> Result<Vec<PackageRecord>> {
        let tables = self.tables();
        let older = tables.packages.values().rev().filter(|p| p.app == app && before.is_none_or(|b| p.id < b));
        let row = |p: &Package| PackageRecord { package: p.clone(), last_deployed_at: tables.last_run(p.id) };
        Ok(older.take(limit as usize).map(row).collect())
    }

    async fn package(&mut self, app: AppId, id: PackageId) -> Result<Option<Package>> {
        Ok(self.tables().packages.get(&id).filter(|p| p.app == app).cloned())
    }

    async fn recently_deployed(&mut self, app: AppId, limit: u32) -> Result<Vec<PackageId>> {
        let tables = self.tables();
        let mine = tables.packages.values().filter(|p| p.app == app);
        let mut deployed: Vec<_> = mine.filter_map(|p| Some((tables.last_run(p.id)?, p.id))).collect();
        deployed.sort_unstable_by(|a, b| b.cmp(a));
        Ok(deployed.into_iter().take(limit as usize).map(|(_, id)| id).collect())
    }

    async fn idle_packages(&mut self, app: AppId, before: Timestamp) -> Result<Vec<PackageRecord>> {
        let tables = self.tables();
        let row = |p: &Package| PackageRecord { package: p.clone(), last_deployed_at: tables.last_run(p.id) };
        let idle = |row: &PackageRecord| {
            row.package.created_at < before && row.last_deployed_at.is_none_or(|deployed| deployed < before)
        };
        Ok(tables.packages.values().filter(|p| p.app == app).map(row).filter(idle).collect())
    }

    async fn all_package_ids(&mut self) -> Result<Vec<PackageId>> {
        Ok(self.tables().packages.keys().copied().collect())
    }

    async fn add_package(&mut self, package: &Package) -> Result<()> {
        self.tables_mut()?.packages.insert(package.id, package.clone());
        Ok(())
    }

    async fn delete_package(&mut self, app: AppId, id: PackageId) -> Result<Update> {
        let tables = self.tables_mut()?;
        let mine = tables.packages.get(&id).is_some_and(|p| p.app == app);
        if !mine || tables.packages_in_use().contains(&id) {
            return Ok(Update::Stale);
        }
        tables.packages.remove(&id);
        tables.runs.retain(|(package, _), _| *package != id);
        Ok(Update::Applied)
    }

    async fn record_deployment(
        &mut self,
        package: PackageId,
        on: EnvironmentId,
        ran: bool,
        at: Timestamp,
    ) -> Result<()> {
        let run = self.tables_mut()?.runs.entry((package, on)).or_insert(Run { at, ran });
        run.at = run.at.max(at);
        run.ran |= ran;
        Ok(())
    }

    async fn last_deployed_at(&mut self, package: PackageId) -> Result<Option<Timestamp>> {
        Ok(self.tables().last_run(package))
    }

    async fn has_run(&mut self, package: PackageId, on: EnvironmentId) -> Result<bool> {
        Ok(self.tables().runs.get(&(package, on)).is_some_and(|run| run.ran))
    }
}
