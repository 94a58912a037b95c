//! The entries of accounts in the store: what happened to an account, and what its owner has not dismissed yet.

use async_trait::async_trait;
use padlock_domain::account_entry::AccountEntry;
use padlock_domain::ids::{AccountEntryId, AccountId};

use crate::ports::{NotFound, StoreError};

/// What happens to accounts.
#[async_trait]
pub trait AccountEntryStore {
    /// Adds an entry.
    async fn add_account_entry(&mut self, entry: &AccountEntry) -> Result<(), StoreError>;
    /// The newest `limit` entries of an account that its owner is told and has not dismissed, newest first.
    async fn notices(&mut self, account: AccountId, limit: u32) -> Result<Vec<AccountEntry>, StoreError>;
    /// Dismisses one of an account's; [`Update::Stale`] when there is none.
    async fn dismiss_notice(
        &mut self,
        account: AccountId,
        id: AccountEntryId,
    ) -> Result<Result<(), NotFound>, StoreError>;
}
