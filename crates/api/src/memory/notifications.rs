//! The entries of accounts in memory.

use std::sync::Arc;

use async_trait::async_trait;
use padlock_domain::account_entry::AccountEntry;
use padlock_domain::ids::{AccountEntryId, AccountId};

use super::store::MemoryTransaction;
use crate::ports::{AccountEntryStore, NotFound, StoreError};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl AccountEntryStore for MemoryTransaction {
    async fn add_account_entry(&mut self, entry: &AccountEntry) -> Result<()> {
        Arc::make_mut(&mut self.tables_mut()?.account_entries).push(entry.clone());
        Ok(())
    }

    async fn notices(&mut self, account: AccountId, limit: u32) -> Result<Vec<AccountEntry>> {
        let tables = self.tables();
        let told =
            |e: &&AccountEntry| e.account == account && e.event.notifies_owner() && !tables.dismissed.contains(&e.id);
        let mut notices: Vec<_> = tables.account_entries.iter().filter(told).cloned().collect();
        notices.sort_by_key(|entry| std::cmp::Reverse(entry.id));
        notices.truncate(limit as usize);
        Ok(notices)
    }

    async fn dismiss_notice(
        &mut self,
        account: AccountId,
        id: AccountEntryId,
    ) -> Result<std::result::Result<(), NotFound>> {
        let tables = self.tables_mut()?;
        let mine =
            tables.account_entries.iter().any(|e| e.id == id && e.account == account && e.event.notifies_owner());
        Ok((mine && tables.dismissed.insert(id)).then_some(()).ok_or(NotFound))
    }
}
