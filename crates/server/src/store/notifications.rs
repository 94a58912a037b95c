//! Entries about accounts in SQL.

use async_trait::async_trait;
use padlock_api::ports::{NotFound, ReadAccountEntries, StoreResult, WriteAccountEntries};
use padlock_domain::{AccountEntry, AccountEntryId, AccountId, Timestamp};
use tracing::instrument;

use super::error::failed;
use super::query::sql;
use super::row::{Columns, Row, to_json};
use super::transaction::SqlTransaction;

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
impl ReadAccountEntries for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn account_entry(&mut self, account: AccountId, id: AccountEntryId) -> StoreResult<Option<AccountEntry>> {
        let query = sql("SELECT id, account, at, device, event FROM account_entries WHERE account = $1 AND id = $2")
            .bind(account)
            .bind(id);
        self.fetch_optional(query, entry).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn notices(&mut self, account: AccountId, limit: u32) -> StoreResult<Vec<AccountEntry>> {
        let query = sql("SELECT account, id, at, device, event FROM account_entries
             WHERE account = $1 AND notifies_owner = 1 AND dismissed = 0 ORDER BY id DESC LIMIT $2")
        .bind(account)
        .bind(limit);
        self.fetch_all(query, entry).await
    }
}

#[async_trait]
impl WriteAccountEntries for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn add_account_entry(&mut self, entry: &AccountEntry) -> StoreResult<()> {
        let query = sql("INSERT INTO account_entries (account, id, at, device, event, notifies_owner, dismissed)
             VALUES ($1, $2, $3, $4, $5, $6, 0)")
        .bind(entry.account)
        .bind(entry.id)
        .bind(entry.at)
        .bind(&entry.device)
        .bind(to_json(&entry.event)?)
        .bind(entry.event.notifies_owner());
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn delete_account_entries(&mut self, before: Timestamp) -> StoreResult<u64> {
        let query = sql("DELETE FROM account_entries WHERE at < $1").bind(before);
        self.rows_affected(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn count_wrong_password(
        &mut self,
        account: AccountId,
        period_start: Timestamp,
        now: Timestamp,
    ) -> StoreResult<u32> {
        let query = sql("INSERT INTO wrong_passwords (account, since, count) VALUES ($1, $3, 1)
             ON CONFLICT (account) DO UPDATE SET
                 count = CASE WHEN wrong_passwords.since <= $2 OR wrong_passwords.since > $3 THEN 1
                         ELSE wrong_passwords.count + 1 END,
                 since = CASE WHEN wrong_passwords.since <= $2 OR wrong_passwords.since > $3 THEN $3
                         ELSE wrong_passwords.since END
             RETURNING count")
        .bind(account)
        .bind(period_start)
        .bind(now);
        let count = self.fetch_optional(query, |row| row.unsigned("count")).await?;
        count.ok_or_else(|| failed("a count was not returned"))
    }

    #[instrument(level = "debug", skip_all)]
    async fn dismiss_notice(&mut self, account: AccountId, id: AccountEntryId) -> StoreResult<Result<(), NotFound>> {
        let query = sql("UPDATE account_entries SET dismissed = 1 WHERE account = $1 AND id = $2 AND notifies_owner = 1 AND dismissed = 0",
        )
        .bind(account)
        .bind(id);
        self.change_existing(query).await
    }
}
