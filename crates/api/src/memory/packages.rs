//! Packages in memory.

use async_trait::async_trait;
use padlock_domain::{AppId, EnvironmentId, Package, PackageId, Timestamp};

use super::store::{LatestDeployment, MemoryTransaction};
use crate::ports::{PackageListing, PackageRecord, ReadPackages, StoreResult, Update, WritePackages};

#[async_trait]
impl ReadPackages for MemoryTransaction {
    async fn packages(
        &mut self,
        app: AppId,
        before: Option<PackageId>,
        limit: u32,
    ) -> StoreResult<Vec<PackageListing>> {
        let tables = self.tables();
        let older = tables.packages.values().rev().filter(|p| p.app == app && before.is_none_or(|b| p.id < b));
        Ok(older.take(limit as usize).map(|p| tables.package_listing(p)).collect())
    }

    async fn package(&mut self, app: AppId, id: PackageId) -> StoreResult<Option<PackageRecord>> {
        let tables = self.tables();
        Ok(tables.packages.get(&id).filter(|p| p.app == app).map(|p| tables.package_record(p)))
    }

    async fn recently_deployed(&mut self, app: AppId, limit: u32) -> StoreResult<Vec<PackageId>> {
        let tables = self.tables();
        let packages = tables.packages.values().filter(|p| p.app == app);
        let mut deployed: Vec<_> = packages.filter_map(|p| Some((tables.last_deployed_at(p.id)?, p.id))).collect();
        deployed.sort_unstable_by(|a, b| b.cmp(a));
        Ok(deployed.into_iter().take(limit as usize).map(|(_, id)| id).collect())
    }

    async fn idle_packages(&mut self, app: AppId, before: Timestamp) -> StoreResult<Vec<PackageListing>> {
        let tables = self.tables();
        let idle = |record: &PackageListing| {
            record.package.created_at < before && record.last_deployed_at.is_none_or(|deployed| deployed < before)
        };
        Ok(tables.packages.values().filter(|p| p.app == app).map(|p| tables.package_listing(p)).filter(idle).collect())
    }

    async fn all_package_ids(&mut self) -> StoreResult<Vec<PackageId>> {
        Ok(self.tables().packages.keys().copied().collect())
    }

    async fn environments_run_on(&mut self, packages: &[PackageId]) -> StoreResult<Vec<(PackageId, EnvironmentId)>> {
        let tables = self.tables();
        let ran = tables.latest_deployments.iter().filter(|(_, latest)| latest.has_run).map(|(pair, _)| *pair);
        Ok(ran.filter(|(package, _)| packages.contains(package)).collect())
    }

    async fn has_run(&mut self, package: PackageId, environment: EnvironmentId) -> StoreResult<bool> {
        Ok(self.tables().latest_deployments.get(&(package, environment)).is_some_and(|latest| latest.has_run))
    }
}

#[async_trait]
impl WritePackages for MemoryTransaction {
    async fn add_package(&mut self, package: &Package) -> StoreResult<()> {
        self.tables_mut().packages.insert(package.id, package.clone());
        Ok(())
    }

    async fn delete_package(&mut self, app: AppId, id: PackageId) -> StoreResult<Update> {
        let tables = self.tables_mut();
        let exists = tables.packages.get(&id).is_some_and(|p| p.app == app);
        if !exists || tables.packages_in_use().contains(&id) {
            return Ok(Update::Stale);
        }
        tables.packages.remove(&id);
        tables.latest_deployments.retain(|(package, _), _| *package != id);
        Ok(Update::Applied)
    }

    async fn record_deployment(
        &mut self,
        package: PackageId,
        environment: EnvironmentId,
        ran: bool,
        at: Timestamp,
    ) -> StoreResult<()> {
        let deployments = &mut self.tables_mut().latest_deployments;
        let latest = deployments.entry((package, environment)).or_insert(LatestDeployment { at, has_run: ran });
        latest.at = latest.at.max(at);
        latest.has_run |= ran;
        Ok(())
    }
}
