//! What happens to accounts, in SQL.

use async_trait::async_trait;
use padlock_api::ports::{AccountEntryStore, Conflict, StoreError};
use padlock_domain::account_entry::AccountEntry;
use padlock_domain::ids::{AccountEntryId, AccountId};
use sqlx::sqlite::SqliteRow;

use super::columns::{Columns, to_json};
use super::{Work, guarded, store_error};

fn entry(row: &SqliteRow) -> Result<AccountEntry, StoreError> {
    Ok(AccountEntry {
        id: row.parsed("id")?,
        account: row.parsed("account")?,
        at: row.time("at")?,
        device: row.text("device")?,
        event: row.json("event")?,
    })
}

#[async_trait]
impl AccountEntryStore for Work {
    async fn add_account_entry(&mut self, entry: &AccountEntry) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO account_entries (account, id, at, device, event, told, dismissed)
             VALUES ($1, $2, $3, $4, $5, $6, 0)",
        )
        .bind(entry.account.to_string())
        .bind(entry.id.to_string())
        .bind(entry.at.as_millisecond())
        .bind(&entry.device)
        .bind(to_json(&entry.event)?)
        .bind(i64::from(entry.event.notifies_owner()))
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn notices(&mut self, account: AccountId, limit: u32) -> Result<Vec<AccountEntry>, StoreError> {
        let rows = sqlx::query(
            "SELECT account, id, at, device, event FROM account_entries
             WHERE account = $1 AND told = 1 AND dismissed = 0 ORDER BY id DESC LIMIT $2",
        )
        .bind(account.to_string())
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await
        .map_err(store_error)?;
        rows.iter().map(entry).collect()
    }

    async fn dismiss_notice(&mut self, account: AccountId, id: AccountEntryId) -> Result<Conflict, StoreError> {
        let result = sqlx::query(
            "UPDATE account_entries SET dismissed = 1 WHERE account = $1 AND id = $2 AND told = 1 AND dismissed = 0",
        )
        .bind(account.to_string())
        .bind(id.to_string())
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        guarded(&result)
    }
}
