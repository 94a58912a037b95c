//! The entries of accounts in the store: what happened to an account, and which notices its owner has dismissed.

use async_trait::async_trait;
use padlock_domain::{AccountEntry, AccountEntryId, AccountId, Timestamp};

use crate::ports::{NotFound, StoreResult};

/// Queries of account entries.
#[async_trait]
pub trait ReadAccountEntries {
    /// Returns an entry of an account, if there is one with this id.
    async fn account_entry(&mut self, account: AccountId, id: AccountEntryId) -> StoreResult<Option<AccountEntry>>;
    /// Returns the entries that notify the owner of an account and are not dismissed, at most `limit`, newest first.
    async fn notices(&mut self, account: AccountId, limit: u32) -> StoreResult<Vec<AccountEntry>>;
}

/// Statements on account entries.
#[async_trait]
pub trait WriteAccountEntries {
    /// Adds an entry.
    async fn add_account_entry(&mut self, entry: &AccountEntry) -> StoreResult<()>;
    /// Deletes the entries of all accounts from before `before`, and returns how many.
    async fn delete_account_entries(&mut self, before: Timestamp) -> StoreResult<u64>;
    /// Counts a wrong password of an account. Returns how many there were in the period since the first one, which begins
    /// again with this one if it began before `period_start`, or after `now`.
    async fn count_wrong_password(
        &mut self,
        account: AccountId,
        period_start: Timestamp,
        now: Timestamp,
    ) -> StoreResult<u32>;
    /// Dismisses a notice of an account.
    async fn dismiss_notice(&mut self, account: AccountId, id: AccountEntryId) -> StoreResult<Result<(), NotFound>>;
}
