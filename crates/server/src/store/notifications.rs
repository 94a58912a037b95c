//! Entries about accounts in SQL.

use async_trait::async_trait;
use padlock_api::ports::{AccountEntryStore, NotFound, StoreResult};
use padlock_domain::{AccountEntry, AccountEntryId, AccountId};
use tracing::instrument;

use super::SqlTransaction;
use super::row::{Columns, Row, to_json};

fn entry(row: &Row) -> StoreResult<AccountEntry> {
    Ok(AccountEntry {
        id: row.parsed("id")?,
        account: row.parsed("account")?,
        at: row.time("at")?,
        device: row.text("device")?,
        event: row.json("event")?,
    })
}

#[async_trait]
impl AccountEntryStore for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn add_account_entry(&mut self, entry: &AccountEntry) -> StoreResult<()> {
        let query = sqlx::query(
            "INSERT INTO account_entries (account, id, at, device, event, notifies_owner, dismissed)
             VALUES ($1, $2, $3, $4, $5, $6, 0)",
        )
        .bind(entry.account.to_string())
        .bind(entry.id.to_string())
        .bind(entry.at.as_millisecond())
        .bind(&entry.device)
        .bind(to_json(&entry.event)?)
        .bind(entry.event.notifies_owner());
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn notices(&mut self, account: AccountId, limit: u32) -> StoreResult<Vec<AccountEntry>> {
        let query = sqlx::query(
            "SELECT account, id, at, device, event FROM account_entries
             WHERE account = $1 AND notifies_owner = 1 AND dismissed = 0 ORDER BY id DESC LIMIT $2",
        )
        .bind(account.to_string())
        .bind(limit);
        self.fetch_all(query, entry).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn dismiss_notice(&mut self, account: AccountId, id: AccountEntryId) -> StoreResult<Result<(), NotFound>> {
        let query = sqlx::query(
            "UPDATE account_entries SET dismissed = 1 WHERE account = $1 AND id = $2 AND notifies_owner = 1 AND dismissed = 0",
        )
        .bind(account.to_string())
        .bind(id.to_string());
        self.change_existing(query).await
    }
}
