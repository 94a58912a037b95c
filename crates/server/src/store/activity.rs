//! The audit trail in SQL. A page reads a bounded number of rows, whatever the filter.

use async_trait::async_trait;
use padlock_api::ports::{ActivityFilter, ActivityPage, ReadActivity, StoreResult, Update, WriteActivity};
use padlock_domain::activity::{Entry, Event};
use padlock_domain::{ActivityId, AppId};
use sqlx::{QueryBuilder, Sqlite};
use tracing::instrument;

use super::SqlTransaction;
use super::row::{Columns, Row, to_json};

/// The maximum number of rows that are read for one page of a filter that no single index covers.
const MAX_SCANNED_ROWS: i64 = 5_000;

fn entry(row: &Row) -> StoreResult<Entry> {
    Ok(Entry {
        id: row.parsed("id")?,
        app: row.parsed("app")?,
        environment: row.optional_parsed("environment")?,
        account: row.optional_parsed("account")?,
        at: row.time("at")?,
        event: row.json("event")?,
    })
}

/// A filter as columns and bounds.
struct Scan {
    app: AppId,
    /// Each has its own index. The scan uses the index of the first.
    columns: Vec<(&'static str, String)>,
    /// Inclusive.
    from: Option<ActivityId>,
    /// Exclusive.
    before: Option<ActivityId>,
}

impl Scan {
    fn new(app: AppId, filter: &ActivityFilter, before: Option<ActivityId>) -> Self {
        let columns = [
            ("account", filter.account.map(|id| id.to_string())),
            ("kind", filter.kind.map(str::to_owned)),
            ("environment", filter.environment.map(|id| id.to_string())),
        ];
        let until = filter.until.map(ActivityId::min_at);
        Self {
            app,
            columns: columns.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
            from: filter.from.map(ActivityId::min_at),
            before: [before, until].into_iter().flatten().min(),
        }
    }

    /// Returns a `SELECT` that uses one index.
    fn select(&self, columns: &str) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::new("SELECT ");
        query.push(columns).push(" FROM activities WHERE app = ").push_bind(self.app.to_string());
        if let Some(from) = self.from {
            query.push(" AND id >= ").push_bind(from.to_string());
        }
        if let Some(before) = self.before {
            query.push(" AND id < ").push_bind(before.to_string());
        }
        if let Some((column, value)) = self.columns.first() {
            query.push(" AND ").push(column).push(" = ").push_bind(value.clone());
        }
        query
    }

    /// Returns the oldest entry of the bounded scan, unless the index covers the filter or there are fewer entries.
    async fn oldest_scanned(&self, tx: &mut SqlTransaction) -> StoreResult<Option<ActivityId>> {
        if self.columns.len() < 2 {
            return Ok(None);
        }
        let mut query = self.select("id");
        query.push(" ORDER BY id DESC LIMIT 1 OFFSET ").push_bind(MAX_SCANNED_ROWS - 1);
        tx.fetch_optional(query.build(), |row| row.parsed("id")).await
    }
}

#[async_trait]
impl ReadActivity for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn activity(
        &mut self,
        app: AppId,
        filter: &ActivityFilter,
        before: Option<ActivityId>,
        limit: u32,
    ) -> StoreResult<ActivityPage> {
        let scan = Scan::new(app, filter, before);
        let oldest_scanned = scan.oldest_scanned(self).await?;
        let mut query = scan.select("id, app, environment, account, at, event");
        for (column, value) in scan.columns.iter().skip(1) {
            // Keeps SQLite from using the index of this column, which would exceed the bounded scan.
            query.push(" AND COALESCE(").push(column).push(", '') = ").push_bind(value.clone());
        }
        if let Some(oldest) = oldest_scanned {
            query.push(" AND id >= ").push_bind(oldest.to_string());
        }
        // One more than requested shows whether there are more.
        query.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(limit) + 1);
        let mut entries = self.fetch_all(query.build(), entry).await?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = if more { entries.last().map(|last| last.id) } else { oldest_scanned };
        Ok(ActivityPage { entries, next })
    }
}

#[async_trait]
impl WriteActivity for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn add_activity(&mut self, entry: &Entry) -> StoreResult<()> {
        let query = sqlx::query(
            "INSERT INTO activities (id, app, environment, account, at, kind, event)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(entry.id.to_string())
        .bind(entry.app.to_string())
        .bind(entry.environment.map(|id| id.to_string()))
        .bind(entry.account.map(|id| id.to_string()))
        .bind(entry.at.as_millisecond())
        .bind(entry.event.kind())
        .bind(to_json(&entry.event)?);
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn replace_activity_event(&mut self, entry: &Entry, event: &Event) -> StoreResult<Update> {
        let query =
            sqlx::query("UPDATE activities SET event = $4 WHERE app = $1 AND id = $2 AND event = $3 AND kind = $5")
                .bind(entry.app.to_string())
                .bind(entry.id.to_string())
                .bind(to_json(&entry.event)?)
                .bind(to_json(event)?)
                .bind(event.kind());
        self.update_if_current(query).await
    }
}
