//! The audit trail in SQL. A page reads a bounded number of rows, whatever the filter.

use async_trait::async_trait;
use padlock_api::ports::{ActivityFilter, ActivityPage, ReadActivity, StoreResult, Update, WriteActivity};
use padlock_domain::activity::{CLOCK_DIFFERENCE, Entry, Event};
use padlock_domain::{ActivityId, AppId, Timestamp};
use tracing::instrument;

use super::error::failed;
use super::query::{QueryBuilder, sql};
use super::row::{Columns, Row, to_json};
use super::transaction::SqlTransaction;

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

/// The place of an entry in the order of its app.
struct Position {
    id: ActivityId,
    at: Timestamp,
    seq: i64,
}

fn position(row: &Row) -> StoreResult<Position> {
    Ok(Position { id: row.parsed("id")?, at: row.time("at")?, seq: row.integer("seq")? })
}

/// A filter as columns and bounds.
struct Scan {
    app: AppId,
    /// Each has its own index. The scan uses the index of the first.
    columns: Vec<(&'static str, String)>,
    /// Inclusive.
    from: Option<Timestamp>,
    /// Exclusive.
    until: Option<Timestamp>,
    /// Exclusive.
    before: Option<Position>,
}

impl Scan {
    fn new(app: AppId, filter: &ActivityFilter, before: Option<Position>) -> Self {
        let columns = [
            ("account", filter.account.map(|id| id.to_string())),
            ("kind", filter.kind.map(str::to_owned)),
            ("environment", filter.environment.map(|id| id.to_string())),
        ];
        let columns = columns.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        Self { app, columns, from: filter.from, until: filter.until, before }
    }

    /// Returns a `SELECT` that uses one index.
    fn select(&self, columns: &str) -> QueryBuilder {
        let mut query = QueryBuilder::new("SELECT ");
        query.push(columns).push(" FROM activities WHERE app = ").push_bind(self.app);
        if let Some(from) = self.from {
            query.push(" AND at >= ").push_bind(from);
        }
        if let Some(until) = self.until {
            query.push(" AND at < ").push_bind(until);
        }
        if let Some(before) = &self.before {
            query.push(" AND (at, seq) < (").push_bind(before.at).push(", ").push_bind(before.seq).push(")");
        }
        if let Some((column, value)) = self.columns.first() {
            query.push(" AND ").push(column).push(" = ").push_bind(value.clone());
        }
        query
    }

    /// Returns the oldest entry of the bounded scan, unless the index covers the filter or there are fewer entries.
    async fn oldest_scanned(&self, tx: &mut SqlTransaction) -> StoreResult<Option<Position>> {
        if self.columns.len() < 2 {
            return Ok(None);
        }
        let mut query = self.select("id, at, seq");
        query.push(" ORDER BY at DESC, seq DESC LIMIT 1 OFFSET ").push_bind(MAX_SCANNED_ROWS - 1);
        tx.fetch_optional(query.build(), position).await
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
        let before = match before {
            None => None,
            Some(id) => {
                let query = sql("SELECT id, at, seq FROM activities WHERE app = $1 AND id = $2").bind(app).bind(id);
                match self.fetch_optional(query, position).await? {
                    Some(before) => Some(before),
                    None => return Ok(ActivityPage::default()),
                }
            }
        };
        let scan = Scan::new(app, filter, before);
        let oldest_scanned = scan.oldest_scanned(self).await?;
        let mut query = scan.select("id, app, environment, account, at, event");
        for (column, value) in scan.columns.iter().skip(1) {
            // Keeps the engine from using the index of this column, which would exceed the bounded scan.
            query.push(" AND COALESCE(").push(column).push(", '') = ").push_bind(value.clone());
        }
        if let Some(oldest) = &oldest_scanned {
            query.push(" AND (at, seq) >= (").push_bind(oldest.at).push(", ").push_bind(oldest.seq).push(")");
        }
        // One more than requested shows whether there are more.
        query.push(" ORDER BY at DESC, seq DESC LIMIT ").push_bind(i64::from(limit) + 1);
        let mut entries = self.fetch_all(query.build(), entry).await?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = if more { entries.last().map(|last| last.id) } else { oldest_scanned.map(|oldest| oldest.id) };
        Ok(ActivityPage { entries, next })
    }
}

#[async_trait]
impl WriteActivity for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn add_activity(&mut self, entry: &Entry) -> StoreResult<()> {
        let query_next = sql("INSERT INTO activity_sequences (app, last_seq, last_at) VALUES ($1, 1, $2)
             ON CONFLICT (app) DO UPDATE SET
                 last_seq = activity_sequences.last_seq + 1,
                 last_at = CASE WHEN activity_sequences.last_at - excluded.last_at BETWEEN 0 AND $3
                     THEN activity_sequences.last_at ELSE excluded.last_at END
             RETURNING last_seq, last_at")
        .bind(entry.app)
        .bind(entry.at)
        .bind(i64::try_from(CLOCK_DIFFERENCE.as_millis()).unwrap_or(i64::MAX));
        let next =
            self.fetch_optional(query_next, |row| Ok((row.integer("last_seq")?, row.integer("last_at")?))).await?;
        let (seq, at) = next.ok_or_else(|| failed("an entry got no place in the order of its app"))?;
        let query = sql("INSERT INTO activities (id, app, environment, account, at, kind, event, seq)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(entry.id)
        .bind(entry.app)
        .bind(entry.environment)
        .bind(entry.account)
        .bind(at)
        .bind(entry.event.kind())
        .bind(to_json(&entry.event)?)
        .bind(seq);
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn replace_activity_event(&mut self, entry: &Entry, event: &Event) -> StoreResult<Update> {
        let query = sql("UPDATE activities SET event = $4 WHERE app = $1 AND id = $2 AND event = $3 AND kind = $5")
            .bind(entry.app)
            .bind(entry.id)
            .bind(to_json(&entry.event)?)
            .bind(to_json(event)?)
            .bind(event.kind());
        self.update_if_current(query).await
    }
}
