//! Packages, deployments and the audit trail in memory.

use std::sync::Arc;

use async_trait::async_trait;
use padlock_domain::Timestamp;
use padlock_domain::activity::Entry;
use padlock_domain::deployment::Deployment;
use padlock_domain::ids::{ActivityId, AppId, DeploymentId, EnvironmentId, PackageId};
use padlock_domain::package::Package;

use super::store::{MemoryTransaction, Run};
use crate::ports::{
    ActivityFilter, ActivityPage, ActivityStore, Conflict, DeploymentStore, PackageRecord, PackageStore, StoreError,
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl PackageStore for MemoryTransaction {
    async fn packages(&mut self, app: AppId, before: Option<PackageId>, limit: u32) -> Result<Vec<PackageRecord>> {
        let tables = self.look();
        let older = tables.packages.values().rev().filter(|p| p.app == app && before.is_none_or(|b| p.id < b));
        let row = |p: &Package| PackageRecord { package: p.clone(), last_deployed_at: tables.last_run(p.id) };
        Ok(older.take(limit as usize).map(row).collect())
    }

    async fn package(&mut self, app: AppId, id: PackageId) -> Result<Option<Package>> {
        Ok(self.look().packages.get(&id).filter(|p| p.app == app).cloned())
    }

    async fn recently_deployed(&mut self, app: AppId, limit: u32) -> Result<Vec<PackageId>> {
        let tables = self.look();
        let mine = tables.packages.values().filter(|p| p.app == app);
        let mut deployed: Vec<_> = mine.filter_map(|p| Some((tables.last_run(p.id)?, p.id))).collect();
        deployed.sort_unstable_by(|a, b| b.cmp(a));
        Ok(deployed.into_iter().take(limit as usize).map(|(_, id)| id).collect())
    }

    async fn idle_packages(&mut self, app: AppId, before: Timestamp) -> Result<Vec<PackageRecord>> {
        let tables = self.look();
        let row = |p: &Package| PackageRecord { package: p.clone(), last_deployed_at: tables.last_run(p.id) };
        let idle = |row: &PackageRecord| {
            row.package.created_at < before && row.last_deployed_at.is_none_or(|deployed| deployed < before)
        };
        Ok(tables.packages.values().filter(|p| p.app == app).map(row).filter(idle).collect())
    }

    async fn all_package_ids(&mut self) -> Result<Vec<PackageId>> {
        Ok(self.look().packages.keys().copied().collect())
    }

    async fn add_package(&mut self, package: &Package) -> Result<()> {
        self.change()?.packages.insert(package.id, package.clone());
        Ok(())
    }

    async fn delete_package(&mut self, app: AppId, id: PackageId) -> Result<Conflict> {
        let tables = self.change()?;
        let mine = tables.packages.get(&id).is_some_and(|p| p.app == app);
        if !mine || tables.packages_in_use().contains(&id) {
            return Ok(Conflict::Lost);
        }
        tables.packages.remove(&id);
        tables.runs.retain(|(package, _), _| *package != id);
        Ok(Conflict::None)
    }

    async fn record_deployment(
        &mut self,
        package: PackageId,
        on: EnvironmentId,
        ran: bool,
        at: Timestamp,
    ) -> Result<()> {
        let run = self.change()?.runs.entry((package, on)).or_insert(Run { at, ran });
        run.at = run.at.max(at);
        run.ran |= ran;
        Ok(())
    }

    async fn last_deployed_at(&mut self, package: PackageId) -> Result<Option<Timestamp>> {
        Ok(self.look().last_run(package))
    }

    async fn has_run(&mut self, package: PackageId, on: EnvironmentId) -> Result<bool> {
        Ok(self.look().runs.get(&(package, on)).is_some_and(|run| run.ran))
    }
}

#[async_trait]
impl DeploymentStore for MemoryTransaction {
    async fn deployment(&mut self, id: DeploymentId) -> Result<Option<Deployment>> {
        Ok(self.look().deployments.get(&id).cloned())
    }

    async fn latest_deployment(&mut self, environment: EnvironmentId) -> Result<Option<Deployment>> {
        Ok(self.look().deployments.values().rev().find(|d| d.environment == environment).cloned())
    }

    async fn unfinished_deployments(&mut self) -> Result<Vec<Deployment>> {
        Ok(self.look().deployments.values().filter(|d| d.end.is_none()).cloned().collect())
    }

    async fn add_deployment(&mut self, deployment: &Deployment) -> Result<()> {
        self.change()?.deployments.insert(deployment.id, deployment.clone());
        Ok(())
    }

    async fn save_deployment(&mut self, deployment: &Deployment) -> Result<Conflict> {
        match self.change()?.deployments.get_mut(&deployment.id) {
            Some(stored) if stored.end.is_none() => {
                stored.stages.clone_from(&deployment.stages);
                stored.end = deployment.end;
                Ok(Conflict::None)
            }
            _ => Ok(Conflict::Lost),
        }
    }
}

#[async_trait]
impl ActivityStore for MemoryTransaction {
    async fn add_activity(&mut self, entry: &Entry) -> Result<()> {
        Arc::make_mut(&mut self.change()?.activity).push(entry.clone());
        Ok(())
    }

    async fn activity(
        &mut self,
        app: AppId,
        filter: &ActivityFilter,
        before: Option<ActivityId>,
        limit: u32,
    ) -> Result<ActivityPage> {
        let fits = |entry: &&Entry| {
            entry.app == app
                && before.is_none_or(|before| entry.id < before)
                && filter.account.is_none_or(|account| entry.account == Some(account))
                && filter.environment.is_none_or(|environment| entry.environment == Some(environment))
                && filter.kind.is_none_or(|kind| entry.event.kind() == kind)
                && filter.from.is_none_or(|from| entry.id >= ActivityId::first_at(from))
                && filter.until.is_none_or(|until| entry.id < ActivityId::first_at(until))
        };
        let mut entries: Vec<_> = self.look().activity.iter().filter(fits).cloned().collect();
        entries.sort_by_key(|e| std::cmp::Reverse(e.id));
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = entries.last().filter(|_| more).map(|last| last.id);
        Ok(ActivityPage { entries, next })
    }
}
