//! The audit trail in SQL.

use async_trait::async_trait;
use padlock_api::ports::{Activities, StoreError};
use padlock_domain::activity::Entry;
use padlock_domain::ids::{ActivityId, AppId};
use sqlx::sqlite::SqliteRow;

use super::columns::{Columns, to_json};
use super::{Work, store_error};

macro_rules! select {
    ($tail:literal) => {
        concat!("SELECT id, app, environment, account, at, event FROM activities ", $tail)
    };
}

fn entry(row: &SqliteRow) -> Result<Entry, StoreError> {
    Ok(Entry {
        id: row.parsed("id")?,
        app: row.parsed("app")?,
        environment: row.maybe_parsed("environment")?,
        account: row.maybe_parsed("account")?,
        at: row.time("at")?,
        event: row.json("event")?,
    })
}

#[async_trait]
impl Activities for Work {
    async fn add_activity(&mut self, entry: &Entry) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO activities (id, app, environment, account, at, event) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(entry.id.to_string())
        .bind(entry.app.to_string())
        .bind(entry.environment.map(|id| id.to_string()))
        .bind(entry.account.map(|id| id.to_string()))
        .bind(entry.at.as_millisecond())
        .bind(to_json(&entry.event)?)
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn activity(&mut self, app: AppId, before: Option<ActivityId>, limit: u32) -> Result<Vec<Entry>, StoreError> {
        let query = match before {
            None => sqlx::query(select!("WHERE app = $1 ORDER BY id DESC LIMIT $2")),
            Some(_) => sqlx::query(select!("WHERE app = $1 AND id < $3 ORDER BY id DESC LIMIT $2")),
        };
        let mut query = query.bind(app.to_string()).bind(i64::from(limit));
        if let Some(before) = before {
            query = query.bind(before.to_string());
        }
        let rows = query.fetch_all(self.connection()).await.map_err(store_error)?;
        rows.iter().map(entry).collect()
    }
}
