//! The audit trail in SQL: a page costs the same however long the trail is, and whatever is asked for.

use async_trait::async_trait;
use padlock_api::ports::{ActivityFilter, ActivityPage, ActivityStore, StoreError};
use padlock_domain::activity::Entry;
use padlock_domain::ids::{ActivityId, AppId};
use sqlx::{QueryBuilder, Sqlite};

use super::SqlTransaction;
use super::row::{Columns, Row, to_json};

/// How many entries are looked at for one page, when an index leads only to entries that may fit.
const REACH: i64 = 5_000;

fn entry(row: &Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        id: row.parsed("id")?,
        app: row.parsed("app")?,
        environment: row.optional_parsed("environment")?,
        account: row.optional_parsed("account")?,
        at: row.time("at")?,
        event: row.json("event")?,
    })
}

/// What is asked for, as columns and bounds.
struct Wanted {
    app: AppId,
    /// Each has an index of its own; the first is the one that is walked.
    columns: Vec<(&'static str, String)>,
    /// From this id on.
    from: Option<ActivityId>,
    /// Before this id.
    before: Option<ActivityId>,
}

impl Wanted {
    fn new(app: AppId, filter: &ActivityFilter, before: Option<ActivityId>) -> Self {
        let columns = [
            ("account", filter.account.map(|id| id.to_string())),
            ("kind", filter.kind.map(str::to_owned)),
            ("environment", filter.environment.map(|id| id.to_string())),
        ];
        let until = filter.until.map(ActivityId::first_at);
        Self {
            app,
            columns: columns.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
            from: filter.from.map(ActivityId::first_at),
            before: [before, until].into_iter().flatten().min(),
        }
    }

    /// `SELECT … FROM activities`, walking one index from the newest entry down.
    fn walk(&self, columns: &str) -> QueryBuilder<Sqlite> {
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

    /// The last entry that is within reach, if there are more: only where what the index leads to may not fit.
    async fn last_in_reach(&self, work: &mut SqlTransaction) -> Result<Option<ActivityId>, StoreError> {
        if self.columns.len() < 2 {
            return Ok(None);
        }
        let mut query = self.walk("id");
        query.push(" ORDER BY id DESC LIMIT 1 OFFSET ").push_bind(REACH - 1);
        work.fetch_optional(query.build(), |row| row.parsed("id")).await
    }
}

#[async_trait]
impl ActivityStore for SqlTransaction {
    async fn add_activity(&mut self, entry: &Entry) -> Result<(), StoreError> {
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

    async fn activity(
        &mut self,
        app: AppId,
        filter: &ActivityFilter,
        before: Option<ActivityId>,
        limit: u32,
    ) -> Result<ActivityPage, StoreError> {
        let wanted = Wanted::new(app, filter, before);
        let last_in_reach = wanted.last_in_reach(self).await?;
        let mut query = wanted.walk("id, app, environment, account, at, event");
        for (column, value) in wanted.columns.iter().skip(1) {
            // Not the bare column: its own index would lead further than the reach.
            query.push(" AND COALESCE(").push(column).push(", '') = ").push_bind(value.clone());
        }
        if let Some(last) = last_in_reach {
            query.push(" AND id >= ").push_bind(last.to_string());
        }
        // One more than asked for tells whether there is more.
        query.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(limit) + 1);
        let mut entries = self.fetch_all(query.build(), entry).await?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = if more { entries.last().map(|last| last.id) } else { last_in_reach };
        Ok(ActivityPage { entries, next })
    }
}
