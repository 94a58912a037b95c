//! A transaction of the database, with what the statements of every capability need.

use async_trait::async_trait;
use futures::TryStreamExt;
use padlock_api::ports::{Attempt, Insert, NotFound, ReadTransaction, StoreError, StoreResult, Transaction, Update};
use sqlx::{Any, AnyPool};
use tokio::sync::OwnedSemaphorePermit;

use super::engine::Engine;
use super::error::failed;
use super::query::{Query, QueryBuilder};
use super::row::Row;

/// The maximum number of ids in one statement; SQLite allows 32 766 parameters, PostgreSQL 65 535.
const MAX_IDS_PER_QUERY: usize = 500;

/// A transaction. sqlx rolls it back if it is dropped.
pub(super) struct SqlTransaction {
    inner: sqlx::Transaction<'static, Any>,
    engine: Engine,
    /// The attempt at the unit of work, in a transaction that may write.
    attempt: Option<Attempt>,
    /// Bounds how many transactions write at once.
    permit: Option<OwnedSemaphorePermit>,
}

impl SqlTransaction {
    /// Begins a transaction with this statement, in a task of its own: sqlx would leave the connection in a transaction that
    /// nobody ends if the caller stopped waiting (launchbadge/sqlx#4385). The task's result is rolled back when nobody takes
    /// it. `permit` bounds how many transactions write at once.
    pub(super) async fn begin(
        pool: &AnyPool,
        engine: Engine,
        statement: &'static str,
        permit: Option<OwnedSemaphorePermit>,
    ) -> StoreResult<Self> {
        let pool = pool.clone();
        let begun = tokio::spawn(async move {
            let inner = engine.in_time(pool.begin_with(statement)).await?;
            Ok(Self { inner, engine, attempt: None, permit })
        });
        let begun = begun.await.map_err(|error| failed(format!("a transaction did not begin: {error}")))?;
        begun.map_err(|error| engine.store_error(error))
    }

    /// Makes the transaction that of an attempt at a unit of work.
    pub(super) fn for_attempt(self, attempt: &Attempt) -> Self {
        Self { attempt: Some(attempt.clone()), ..self }
    }

    pub(super) const fn engine(&self) -> Engine {
        self.engine
    }

    fn error(&self, error: sqlx::Error) -> StoreError {
        report(self.engine.store_error(error), self.attempt.as_ref())
    }

    /// Returns the rows of the result, each read by `read`.
    pub(super) async fn fetch_all<T>(
        &mut self,
        query: Query,
        read: impl Fn(&Row) -> StoreResult<T>,
    ) -> StoreResult<Vec<T>> {
        let rows = self.engine.in_time(query.0.fetch_all(&mut *self.inner)).await;
        rows.map_err(|error| self.error(error))?.iter().map(read).collect()
    }

    /// Passes the rows of the result to `each`, each read by `read`, and at most `limit` at once.
    pub(super) async fn fetch_chunks<T>(
        &mut self,
        query: Query,
        limit: usize,
        read: impl Fn(&Row) -> StoreResult<T>,
        mut each: impl AsyncFnMut(Vec<T>) -> StoreResult<()>,
    ) -> StoreResult<()> {
        let engine = self.engine;
        let mut rows = query.0.fetch(&mut *self.inner);
        let mut chunk = Vec::new();
        while let Some(row) = engine.in_time(rows.try_next()).await.map_err(|error| engine.store_error(error))? {
            chunk.push(read(&row)?);
            if chunk.len() >= limit {
                each(std::mem::take(&mut chunk)).await?;
            }
        }
        each(chunk).await
    }

    /// Returns the rows of a query with `IN` between `head` and `tail`, for any number of ids.
    pub(super) async fn fetch_for_ids<T>(
        &mut self,
        head: &str,
        ids: &[impl ToString],
        tail: &str,
        read: impl Fn(&Row) -> StoreResult<T>,
    ) -> StoreResult<Vec<T>> {
        let mut rows = Vec::with_capacity(ids.len());
        for ids in ids.chunks(MAX_IDS_PER_QUERY) {
            let mut query = QueryBuilder::new(head);
            let mut separator = " (";
            for id in ids {
                query.push(separator).push_bind(id.to_string());
                separator = ", ";
            }
            query.push(")").push(tail);
            rows.extend(self.fetch_all(query.build(), &read).await?);
        }
        Ok(rows)
    }

    /// Returns the first row of the result, if any, read by `read`.
    pub(super) async fn fetch_optional<T>(
        &mut self,
        query: Query,
        read: impl Fn(&Row) -> StoreResult<T>,
    ) -> StoreResult<Option<T>> {
        let row = self.engine.in_time(query.0.fetch_optional(&mut *self.inner)).await;
        row.map_err(|error| self.error(error))?.as_ref().map(read).transpose()
    }

    /// Returns whether the result has a row.
    pub(super) async fn exists(&mut self, query: Query) -> StoreResult<bool> {
        Ok(self.fetch_optional(query, |_| Ok(())).await?.is_some())
    }

    /// Runs a statement and returns how many rows it affected.
    pub(super) async fn rows_affected(&mut self, query: Query) -> StoreResult<u64> {
        let result = self.engine.in_time(query.0.execute(&mut *self.inner)).await;
        Ok(result.map_err(|error| self.error(error))?.rows_affected())
    }

    /// Runs a statement that may affect any number of rows.
    pub(super) async fn execute(&mut self, query: Query) -> StoreResult<()> {
        self.rows_affected(query).await.map(drop)
    }

    /// Runs a guarded statement for one row.
    pub(super) async fn update_if_current(&mut self, query: Query) -> StoreResult<Update> {
        Ok(if self.affects_one(query).await? { Update::Applied } else { Update::Stale })
    }

    /// Inserts one row unless its key is taken.
    pub(super) async fn insert(&mut self, query: Query) -> StoreResult<Insert> {
        Ok(if self.affects_one(query).await? { Insert::Inserted } else { Insert::Duplicate })
    }

    /// Changes or deletes one row by its key.
    pub(super) async fn change_existing(&mut self, query: Query) -> StoreResult<Result<(), NotFound>> {
        Ok(if self.affects_one(query).await? { Ok(()) } else { Err(NotFound) })
    }

    async fn affects_one(&mut self, query: Query) -> StoreResult<bool> {
        match self.rows_affected(query).await? {
            0 => Ok(false),
            1 => Ok(true),
            n => Err(failed(format!("a statement for one row changed {n}"))),
        }
    }

    /// Commits the transaction, in a task of its own: a caller that stops waiting must not leave the connection in the middle.
    pub(super) async fn commit(self) -> StoreResult<()> {
        let Self { inner, engine, attempt, permit } = self;
        let committed = tokio::spawn(async move {
            let result = engine.in_time(inner.commit()).await;
            drop(permit);
            result
        });
        let Ok(result) = committed.await else { return Err(StoreError::OutcomeUnknown) };
        result.map_err(|error| report(engine.commit_error(error), attempt.as_ref()))
    }
}

/// Tells the attempt of a conflict with other transactions.
fn report(error: StoreError, attempt: Option<&Attempt>) -> StoreError {
    if let (StoreError::Conflict, Some(attempt)) = (&error, attempt) {
        attempt.report_conflict();
    }
    error
}

impl ReadTransaction for SqlTransaction {}

#[async_trait]
impl Transaction for SqlTransaction {
    #[tracing::instrument(level = "debug", skip_all)]
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        (*self).commit().await
    }
}
