//! Accounts in the store.

use async_trait::async_trait;
use padlock_domain::{Account, AccountId, Login, PasswordHash};

use crate::ports::{Insert, NotFound, StoreResult, Update};

/// Queries of accounts.
#[async_trait]
pub trait ReadAccounts {
    /// Returns the account with this id, if any.
    async fn account(&mut self, id: AccountId) -> StoreResult<Option<Account>>;
    /// Returns the account with this login, if any.
    async fn account_by_login(&mut self, login: &Login) -> StoreResult<Option<Account>>;
    /// Returns the names of these accounts, in any order, without unknown ids.
    async fn display_names(&mut self, ids: &[AccountId]) -> StoreResult<Vec<(AccountId, String)>>;
    /// Returns whether there is any account.
    async fn any_account(&mut self) -> StoreResult<bool>;
    /// Returns every account, ordered by login.
    async fn all_accounts(&mut self) -> StoreResult<Vec<Account>>;
}

/// Statements on accounts.
#[async_trait]
pub trait WriteAccounts {
    /// Adds an account; [`Insert::Duplicate`] when the login is taken.
    async fn add_account(&mut self, account: &Account) -> StoreResult<Insert>;
    /// Replaces the password of an account.
    async fn set_password(&mut self, id: AccountId, password: &PasswordHash) -> StoreResult<Result<(), NotFound>>;
    /// Disables or enables an account; [`Update::Stale`] when that changes nothing or there is no such account.
    async fn set_disabled(&mut self, id: AccountId, disabled: bool) -> StoreResult<Update>;
    /// Grants or revokes the role of support agent; [`Update::Stale`] when that changes nothing or there is no such
    /// account.
    async fn set_support_agent(&mut self, id: AccountId, support_agent: bool) -> StoreResult<Update>;
}
