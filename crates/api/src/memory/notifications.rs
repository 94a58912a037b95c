//! The entries of accounts in memory.

use std::sync::Arc;

use async_trait::async_trait;
use padlock_domain::{AccountEntry, AccountEntryId, AccountId, Timestamp};

use super::store::MemoryTransaction;
use crate::ports::{NotFound, ReadAccountEntries, StoreResult, WriteAccountEntries};

#[async_trait]
impl ReadAccountEntries for MemoryTransaction {
    async fn account_entry(&mut self, account: AccountId, id: AccountEntryId) -> StoreResult<Option<AccountEntry>> {
        Ok(self.tables().account_entries.iter().find(|entry| entry.account == account && entry.id == id).cloned())
    }

    async fn notices(&mut self, account: AccountId, limit: u32) -> StoreResult<Vec<AccountEntry>> {
        let tables = self.tables();
        let is_notice =
            |e: &&AccountEntry| e.account == account && e.event.notifies_owner() && !tables.dismissed.contains(&e.id);
        let mut notices: Vec<_> = tables.account_entries.iter().filter(is_notice).cloned().collect();
        notices.sort_by_key(|entry| std::cmp::Reverse(entry.id));
        notices.truncate(limit as usize);
        Ok(notices)
    }
}

#[async_trait]
impl WriteAccountEntries for MemoryTransaction {
    async fn add_account_entry(&mut self, entry: &AccountEntry) -> StoreResult<()> {
        Arc::make_mut(&mut self.tables_mut().account_entries).push(entry.clone());
        Ok(())
    }

    async fn delete_account_entries(&mut self, before: Timestamp) -> StoreResult<u64> {
        let entries = Arc::make_mut(&mut self.tables_mut().account_entries);
        let count = entries.len();
        entries.retain(|entry| entry.at >= before);
        Ok((count - entries.len()) as u64)
    }

    async fn count_wrong_password(
        &mut self,
        account: AccountId,
        period_start: Timestamp,
        now: Timestamp,
    ) -> StoreResult<u32> {
        let (since, count) = self.tables_mut().wrong_passwords.entry(account).or_insert((now, 0));
        if *since <= period_start || *since > now {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        Ok(*count)
    }

    async fn dismiss_notice(
        &mut self,
        account: AccountId,
        id: AccountEntryId,
    ) -> StoreResult<std::result::Result<(), NotFound>> {
        let tables = self.tables_mut();
        let is_notice =
            tables.account_entries.iter().any(|e| e.id == id && e.account == account && e.event.notifies_owner());
        Ok((is_notice && tables.dismissed.insert(id)).then_some(()).ok_or(NotFound))
    }
}
