//! Apps and their teams in memory.

use async_trait::async_trait;
use padlock_domain::app::{App, Membership};
use padlock_domain::ids::{AccountId, AppId};

use super::store::MemoryTransaction;
use crate::ports::{AppStore, Insert, StoreError};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl AppStore for MemoryTransaction {
    async fn apps_of(&mut self, account: AccountId) -> Result<Vec<App>> {
        let tables = self.tables();
        let mine = tables.memberships.values().filter(|m| m.account == account && !m.deactivated);
        let mut apps: Vec<_> = mine.filter_map(|m| tables.apps.get(&m.app)).cloned().collect();
        apps.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(apps)
    }

    async fn all_apps(&mut self) -> Result<Vec<App>> {
        let mut apps: Vec<_> = self.tables().apps.values().cloned().collect();
        apps.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(apps)
    }

    async fn app(&mut self, slug_or_id: &str) -> Result<Option<App>> {
        let apps = &self.tables().apps;
        let by_slug = apps.values().find(|a| a.slug.as_str() == slug_or_id);
        Ok(by_slug.or_else(|| apps.get(&slug_or_id.parse().ok()?)).cloned())
    }

    async fn membership(&mut self, app: AppId, account: AccountId) -> Result<Option<Membership>> {
        Ok(self.tables().memberships.get(&(app, account)).cloned())
    }

    async fn add_app(&mut self, app: &App) -> Result<Insert> {
        let apps = &mut self.tables_mut()?.apps;
        if apps.values().any(|a| a.slug == app.slug) {
            return Ok(Insert::Duplicate);
        }
        apps.insert(app.id, app.clone());
        Ok(Insert::Inserted)
    }

    async fn add_membership(&mut self, membership: &Membership) -> Result<()> {
        self.tables_mut()?.memberships.insert((membership.app, membership.account), membership.clone());
        Ok(())
    }
}
