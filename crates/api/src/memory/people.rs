//! Accounts, apps and environments in memory.

use async_trait::async_trait;
use padlock_domain::account::{Account, Login, PasswordHash};
use padlock_domain::app::{App, Membership};
use padlock_domain::environment::Environment;
use padlock_domain::ids::{AccountId, AppId, EnvironmentId};

use super::second_factor::found;
use super::store::MemoryTransaction;
use crate::ports::{AccountStore, AppStore, Conflict, EnvironmentStore, StoreError};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl AccountStore for MemoryTransaction {
    async fn account(&mut self, id: AccountId) -> Result<Option<Account>> {
        Ok(self.look().accounts.get(&id).cloned())
    }

    async fn account_by_login(&mut self, login: &Login) -> Result<Option<Account>> {
        let tables = self.look();
        Ok(tables.logins.get(login).and_then(|id| tables.accounts.get(id)).cloned())
    }

    async fn display_names(&mut self, ids: &[AccountId]) -> Result<Vec<(AccountId, String)>> {
        let accounts = &self.look().accounts;
        Ok(ids.iter().filter_map(|id| accounts.get(id)).map(|a| (a.id, a.name.clone())).collect())
    }

    async fn add_account(&mut self, account: &Account) -> Result<Conflict> {
        let tables = self.change()?;
        if tables.logins.contains_key(&account.login) {
            return Ok(Conflict::Lost);
        }
        tables.logins.insert(account.login.clone(), account.id);
        tables.accounts.insert(account.id, account.clone());
        Ok(Conflict::None)
    }

    async fn any_account(&mut self) -> Result<bool> {
        Ok(!self.look().accounts.is_empty())
    }

    async fn all_accounts(&mut self) -> Result<Vec<Account>> {
        let tables = self.look();
        Ok(tables.logins.values().filter_map(|id| tables.accounts.get(id)).cloned().collect())
    }

    async fn set_password(&mut self, id: AccountId, password: &PasswordHash) -> Result<Conflict> {
        let account = self.change()?.accounts.get_mut(&id);
        Ok(found(account.map(|account| account.password = password.clone()).is_some()))
    }

    async fn set_disabled(&mut self, id: AccountId, disabled: bool) -> Result<Conflict> {
        let account = self.change()?.accounts.get_mut(&id).filter(|account| account.disabled != disabled);
        Ok(found(account.map(|account| account.disabled = disabled).is_some()))
    }

    async fn set_support_agent(&mut self, id: AccountId, support_agent: bool) -> Result<Conflict> {
        let account = self.change()?.accounts.get_mut(&id).filter(|account| account.support_agent != support_agent);
        Ok(found(account.map(|account| account.support_agent = support_agent).is_some()))
    }
}

#[async_trait]
impl AppStore for MemoryTransaction {
    async fn apps_of(&mut self, account: AccountId) -> Result<Vec<App>> {
        let tables = self.look();
        let mine = tables.memberships.values().filter(|m| m.account == account && !m.deactivated);
        let mut apps: Vec<_> = mine.filter_map(|m| tables.apps.get(&m.app)).cloned().collect();
        apps.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(apps)
    }

    async fn all_apps(&mut self) -> Result<Vec<App>> {
        let mut apps: Vec<_> = self.look().apps.values().cloned().collect();
        apps.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(apps)
    }

    async fn app(&mut self, slug_or_id: &str) -> Result<Option<App>> {
        let apps = &self.look().apps;
        let by_slug = apps.values().find(|a| a.slug.as_str() == slug_or_id);
        Ok(by_slug.or_else(|| apps.get(&slug_or_id.parse().ok()?)).cloned())
    }

    async fn membership(&mut self, app: AppId, account: AccountId) -> Result<Option<Membership>> {
        Ok(self.look().memberships.get(&(app, account)).cloned())
    }

    async fn add_app(&mut self, app: &App) -> Result<Conflict> {
        let apps = &mut self.change()?.apps;
        if apps.values().any(|a| a.slug == app.slug) {
            return Ok(Conflict::Lost);
        }
        apps.insert(app.id, app.clone());
        Ok(Conflict::None)
    }

    async fn add_membership(&mut self, membership: &Membership) -> Result<()> {
        self.change()?.memberships.insert((membership.app, membership.account), membership.clone());
        Ok(())
    }
}

#[async_trait]
impl EnvironmentStore for MemoryTransaction {
    async fn environments(&mut self, app: AppId) -> Result<Vec<Environment>> {
        let mut environments: Vec<_> = self.look().environments.values().filter(|e| e.app == app).cloned().collect();
        environments.sort_by_key(|e| e.position);
        Ok(environments)
    }

    async fn all_environments(&mut self) -> Result<Vec<(App, Environment)>> {
        let tables = self.look();
        let with_app = |e: &Environment| Some((tables.apps.get(&e.app)?.clone(), e.clone()));
        Ok(tables.environments.values().filter_map(with_app).collect())
    }

    async fn environment(&mut self, id: EnvironmentId) -> Result<Option<Environment>> {
        Ok(self.look().environments.get(&id).cloned())
    }

    async fn add_environment(&mut self, environment: &Environment) -> Result<Conflict> {
        let environments = &mut self.change()?.environments;
        let taken = |e: &Environment| {
            e.app == environment.app && (e.slug == environment.slug || e.position == environment.position)
        };
        if environments.values().any(taken) {
            return Ok(Conflict::Lost);
        }
        environments.insert(environment.id, environment.clone());
        Ok(Conflict::None)
    }

    async fn save_environment(&mut self, environment: &Environment, was: i64) -> Result<Conflict> {
        match self.change()?.environments.get_mut(&environment.id) {
            Some(stored) if stored.revision == was => {
                stored.slot = environment.slot.clone();
                stored.job = environment.job;
                stored.revision = environment.revision;
                Ok(Conflict::None)
            }
            _ => Ok(Conflict::Lost),
        }
    }
}
