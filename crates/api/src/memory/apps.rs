//! Apps and their teams in memory.

use async_trait::async_trait;
use padlock_domain::{AccountId, App, AppId, Membership};

use super::store::MemoryTransaction;
use crate::ports::{Insert, ReadApps, StoreResult, WriteApps};

#[async_trait]
impl ReadApps for MemoryTransaction {
    async fn apps_of(&mut self, account: AccountId) -> StoreResult<Vec<App>> {
        let tables = self.tables();
        let memberships = tables.memberships.values().filter(|m| m.account == account && !m.deactivated);
        let mut apps: Vec<_> = memberships.filter_map(|m| tables.apps.get(&m.app)).cloned().collect();
        apps.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(apps)
    }

    async fn all_apps(&mut self) -> StoreResult<Vec<App>> {
        let mut apps: Vec<_> = self.tables().apps.values().cloned().collect();
        apps.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(apps)
    }

    async fn app(&mut self, slug_or_id: &str) -> StoreResult<Option<App>> {
        let apps = &self.tables().apps;
        let by_slug = apps.values().find(|a| a.slug.as_str() == slug_or_id);
        Ok(by_slug.or_else(|| apps.get(&slug_or_id.parse().ok()?)).cloned())
    }

    async fn memberships_of(&mut self, account: AccountId) -> StoreResult<Vec<Membership>> {
        let memberships = self.tables().memberships.values();
        Ok(memberships.filter(|m| m.account == account && !m.deactivated).cloned().collect())
    }

    async fn membership(&mut self, app: AppId, account: AccountId) -> StoreResult<Option<Membership>> {
        Ok(self.tables().memberships.get(&(app, account)).cloned())
    }
}

#[async_trait]
impl WriteApps for MemoryTransaction {
    async fn lock_membership_rows(&mut self, _: AppId, _: AccountId) -> StoreResult<()> {
        Ok(())
    }

    async fn add_app(&mut self, app: &App) -> StoreResult<Insert> {
        let apps = &mut self.tables_mut().apps;
        if apps.values().any(|a| a.slug == app.slug) {
            return Ok(Insert::Duplicate);
        }
        apps.insert(app.id, app.clone());
        Ok(Insert::Inserted)
    }

    async fn add_membership(&mut self, membership: &Membership) -> StoreResult<()> {
        self.tables_mut().memberships.insert((membership.app, membership.account), membership.clone());
        Ok(())
    }
}
