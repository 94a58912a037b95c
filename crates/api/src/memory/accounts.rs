//! Accounts in memory.

use async_trait::async_trait;
use padlock_domain::{Account, AccountId, Login, PasswordHash};

use super::store::{MemoryTransaction, update};
use crate::ports::{Insert, NotFound, ReadAccounts, StoreResult, Update, WriteAccounts};

#[async_trait]
impl ReadAccounts for MemoryTransaction {
    async fn account(&mut self, id: AccountId) -> StoreResult<Option<Account>> {
        Ok(self.tables().accounts.get(&id).cloned())
    }

    async fn account_by_login(&mut self, login: &Login) -> StoreResult<Option<Account>> {
        let tables = self.tables();
        Ok(tables.logins.get(login).and_then(|id| tables.accounts.get(id)).cloned())
    }

    async fn display_names(&mut self, ids: &[AccountId]) -> StoreResult<Vec<(AccountId, String)>> {
        let accounts = &self.tables().accounts;
        Ok(ids.iter().filter_map(|id| accounts.get(id)).map(|a| (a.id, a.name.clone())).collect())
    }

    async fn any_account(&mut self) -> StoreResult<bool> {
        Ok(!self.tables().accounts.is_empty())
    }

    async fn all_accounts(&mut self) -> StoreResult<Vec<Account>> {
        let tables = self.tables();
        Ok(tables.logins.values().filter_map(|id| tables.accounts.get(id)).cloned().collect())
    }
}

#[async_trait]
impl WriteAccounts for MemoryTransaction {
    async fn add_account(&mut self, account: &Account) -> StoreResult<Insert> {
        let tables = self.tables_mut();
        if tables.logins.contains_key(&account.login) {
            return Ok(Insert::Duplicate);
        }
        tables.logins.insert(account.login.clone(), account.id);
        tables.accounts.insert(account.id, account.clone());
        Ok(Insert::Inserted)
    }

    async fn set_password(
        &mut self,
        id: AccountId,
        password: &PasswordHash,
    ) -> StoreResult<std::result::Result<(), NotFound>> {
        let account = self.tables_mut().accounts.get_mut(&id);
        Ok(account.map(|account| account.password_hash = password.clone()).ok_or(NotFound))
    }

    async fn set_disabled(&mut self, id: AccountId, disabled: bool) -> StoreResult<Update> {
        let account = self.tables_mut().accounts.get_mut(&id).filter(|account| account.disabled != disabled);
        Ok(update(account, |account| account.disabled = disabled))
    }

    async fn set_support_agent(&mut self, id: AccountId, support_agent: bool) -> StoreResult<Update> {
        let account = self.tables_mut().accounts.get_mut(&id).filter(|account| account.support_agent != support_agent);
        Ok(update(account, |account| account.support_agent = support_agent))
    }
}
