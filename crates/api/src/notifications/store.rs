//! The entries of accounts in the store: what happened to an account, and which notices its owner has dismissed.

use async_trait::async_trait;
use padlock_domain::{AccountEntry, AccountEntryId, AccountId};

use crate::ports::{NotFound, StoreResult};

/// The account entries of the store.
#[async_trait]
pub trait AccountEntryStore {
    /// Adds an entry.
    async fn add_account_entry(&mut self, entry: &AccountEntry) -> StoreResult<()>;
    /// Returns the entries that notify the owner of an account and are not dismissed, at most `limit`, newest first.
    async fn notices(&mut self, account: AccountId, limit: u32) -> StoreResult<Vec<AccountEntry>>;
    /// Dismisses a notice of an account.
    async fn dismiss_notice(&mut self, account: AccountId, id: AccountEntryId) -> StoreResult<Result<(), NotFound>>;
}
