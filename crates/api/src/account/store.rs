//! Accounts in the store.

use async_trait::async_trait;
use padlock_domain::account::{Account, Login, PasswordHash};
use padlock_domain::ids::AccountId;

use crate::ports::{Insert, NotFound, StoreError, Update};

/// Accounts.
#[async_trait]
pub trait AccountStore {
    /// By id.
    async fn account(&mut self, id: AccountId) -> Result<Option<Account>, StoreError>;
    /// By login.
    async fn account_by_login(&mut self, login: &Login) -> Result<Option<Account>, StoreError>;
    /// The names of these accounts, in any order; unknown ids are left out.
    async fn display_names(&mut self, ids: &[AccountId]) -> Result<Vec<(AccountId, String)>, StoreError>;
    /// Adds one; [`Update::Stale`] when the login is taken.
    async fn add_account(&mut self, account: &Account) -> Result<Insert, StoreError>;
    /// Whether there is any account at all.
    async fn any_account(&mut self) -> Result<bool, StoreError>;
    /// Every account, by login.
    async fn all_accounts(&mut self) -> Result<Vec<Account>, StoreError>;
    /// Gives one another password; [`Update::Stale`] when there is no such account.
    async fn set_password(
        &mut self,
        id: AccountId,
        password: &PasswordHash,
    ) -> Result<Result<(), NotFound>, StoreError>;
    /// Disables or enables one; [`Update::Stale`] when it was so already.
    async fn set_disabled(&mut self, id: AccountId, disabled: bool) -> Result<Update, StoreError>;
    /// Makes its owner a support agent or takes that away; [`Update::Stale`] when it was so already.
    async fn set_support_agent(&mut self, id: AccountId, support_agent: bool) -> Result<Update, StoreError>;
}
