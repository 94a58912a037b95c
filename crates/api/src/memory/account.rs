//! Accounts in memory.

use async_trait::async_trait;
use padlock_domain::account::{Account, Login, PasswordHash};
use padlock_domain::ids::AccountId;

use super::store::{MemoryTransaction, updated};
use crate::ports::{AccountStore, Insert, NotFound, StoreError, Update};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl AccountStore for MemoryTransaction {
    async fn account(&mut self, id: AccountId) -> Result<Option<Account>> {
        Ok(self.tables().accounts.get(&id).cloned())
    }

    async fn account_by_login(&mut self, login: &Login) -> Result<Option<Account>> {
        let tables = self.tables();
        Ok(tables.logins.get(login).and_then(|id| tables.accounts.get(id)).cloned())
    }

    async fn display_names(&mut self, ids: &[AccountId]) -> Result<Vec<(AccountId, String)>> {
        let accounts = &self.tables().accounts;
        Ok(ids.iter().filter_map(|id| accounts.get(id)).map(|a| (a.id, a.name.clone())).collect())
    }

    async fn add_account(&mut self, account: &Account) -> Result<Insert> {
        let tables = self.tables_mut()?;
        if tables.logins.contains_key(&account.login) {
            return Ok(Insert::Duplicate);
        }
        tables.logins.insert(account.login.clone(), account.id);
        tables.accounts.insert(account.id, account.clone());
        Ok(Insert::Inserted)
    }

    async fn any_account(&mut self) -> Result<bool> {
        Ok(!self.tables().accounts.is_empty())
    }

    async fn all_accounts(&mut self) -> Result<Vec<Account>> {
        let tables = self.tables();
        Ok(tables.logins.values().filter_map(|id| tables.accounts.get(id)).cloned().collect())
    }

    async fn set_password(
        &mut self,
        id: AccountId,
        password: &PasswordHash,
    ) -> Result<std::result::Result<(), NotFound>> {
        let account = self.tables_mut()?.accounts.get_mut(&id);
        Ok(account.map(|account| account.password = password.clone()).ok_or(NotFound))
    }

    async fn set_disabled(&mut self, id: AccountId, disabled: bool) -> Result<Update> {
        let account = self.tables_mut()?.accounts.get_mut(&id).filter(|account| account.disabled != disabled);
        Ok(updated(account.map(|account| account.disabled = disabled).is_some()))
    }

    async fn set_support_agent(&mut self, id: AccountId, support_agent: bool) -> Result<Update> {
        let account = self.tables_mut()?.accounts.get_mut(&id).filter(|account| account.support_agent != support_agent);
        Ok(updated(account.map(|account| account.support_agent = support_agent).is_some()))
    }
}
