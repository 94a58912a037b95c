//! The [`Store`] port over SQLite: one connection that writes, a few that read, all on one file in WAL mode.

mod accounts;
mod activity;
mod apps;
mod deployments;
mod environments;
mod error;
mod maintenance;
mod mfa_challenges;
mod migrations;
mod notifications;
mod packages;
mod row;
mod second_factor;
mod secrets;
mod sessions;

use std::io;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use padlock_api::ports::{Attempt, Insert, NotFound, ReadTransaction, Store, StoreResult, Transaction, Update};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, QueryBuilder, Sqlite, SqliteConnection, SqlitePool};

use crate::disk;
use error::{failed, store_error};
pub use maintenance::PackageFile;
use row::Row;
pub use secrets::SecretError;

/// How long to wait for a connection of the pool, or for a lock of another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_READERS: u32 = 4;
/// SQLite allows 32 766 parameters.
const MAX_IDS_PER_QUERY: usize = 500;

/// The database of one installation.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Opens or creates the database and migrates it.
    ///
    /// # Errors
    /// Returns an error if the database cannot be opened, or if other migrations were applied to it.
    pub async fn open(file: &Path) -> StoreResult<Self> {
        let store = Self::connect(file, true).await?;
        migrations::run(&store.writer).await?;
        Ok(store)
    }

    /// Opens the database of a running server.
    ///
    /// # Errors
    /// Returns an error if the database cannot be opened, or if the server has another version.
    pub async fn open_without_migrating(file: &Path) -> StoreResult<Self> {
        let store = Self::connect(file, false).await?;
        migrations::require_current(&store.writer).await?;
        Ok(store)
    }

    async fn connect(file: &Path, create_if_missing: bool) -> StoreResult<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        // SQLite has one writer at a time. The queue of the pool is fair, the lock of SQLite is not.
        if create_if_missing {
            create_private_file(file)?;
        }
        let writer =
            pool(1).connect_with(options.clone().create_if_missing(create_if_missing)).await.map_err(store_error)?;
        let readers = pool(MAX_READERS).connect_lazy_with(options.pragma("query_only", "on"));
        Ok(Self { writer, readers })
    }

    /// Moves the write-ahead log into the database file and closes all connections.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await {
            tracing::warn!(%error, "the write-ahead log stays beside the database");
        }
        self.writer.close().await;
    }
}

/// Creates an empty file, which SQLite takes as a new database, unless it exists. SQLite itself would create one that others
/// can read. The files beside it get its permissions.
fn create_private_file(file: &Path) -> StoreResult<()> {
    match disk::create_private(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(store_error(error.into())),
        _ => Ok(()),
    }
}

fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(BUSY_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        // sqlx tests connections when they return to the pool.
        .test_before_acquire(false)
        // SQLite rolls back by itself when the disk is full. sqlx does not notice and considers the connection to be in
        // a transaction for ever, so it is replaced.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

#[async_trait]
impl Store for SqliteStore {
    #[tracing::instrument(level = "debug", skip_all)]
    async fn read(&self) -> StoreResult<Box<dyn ReadTransaction>> {
        Ok(Box::new(SqlTransaction(self.readers.begin().await.map_err(store_error)?)))
    }

    #[tracing::instrument(level = "debug", skip_all)]
    async fn begin_write(&self, _: &Attempt) -> StoreResult<Box<dyn Transaction>> {
        // Takes the lock now: upgrading a read transaction later could fail.
        Ok(Box::new(SqlTransaction(self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(store_error)?)))
    }

    async fn ready(&self) -> StoreResult<()> {
        sqlx::query("SELECT 1 FROM _sqlx_migrations").execute(&self.readers).await.map_err(store_error)?;
        Ok(())
    }
}

/// A transaction. sqlx rolls it back if it is dropped.
struct SqlTransaction(sqlx::Transaction<'static, Sqlite>);

/// A statement with its parameters.
type Query<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

impl SqlTransaction {
    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }

    /// Returns the rows of the result, each read by `read`.
    async fn fetch_all<T>(&mut self, query: Query<'_>, read: impl Fn(&Row) -> StoreResult<T>) -> StoreResult<Vec<T>> {
        query.fetch_all(self.connection()).await.map_err(store_error)?.iter().map(read).collect()
    }

    /// Returns the rows of a query that ends with `IN`, for any number of ids.
    async fn fetch_for_ids<T>(
        &mut self,
        query: &str,
        ids: &[impl ToString],
        read: impl Fn(&Row) -> StoreResult<T>,
    ) -> StoreResult<Vec<T>> {
        let mut rows = Vec::with_capacity(ids.len());
        for ids in ids.chunks(MAX_IDS_PER_QUERY) {
            let mut query = QueryBuilder::<Sqlite>::new(query);
            let mut list = query.push(" (").separated(", ");
            for id in ids {
                list.push_bind(id.to_string());
            }
            query.push(")");
            rows.extend(self.fetch_all(query.build(), &read).await?);
        }
        Ok(rows)
    }

    /// Returns the first row of the result, if any, read by `read`.
    async fn fetch_optional<T>(
        &mut self,
        query: Query<'_>,
        read: impl Fn(&Row) -> StoreResult<T>,
    ) -> StoreResult<Option<T>> {
        query.fetch_optional(self.connection()).await.map_err(store_error)?.as_ref().map(read).transpose()
    }

    /// Returns whether the result has a row.
    async fn exists(&mut self, query: Query<'_>) -> StoreResult<bool> {
        Ok(query.fetch_optional(self.connection()).await.map_err(store_error)?.is_some())
    }

    /// Runs a statement and returns how many rows it affected.
    async fn rows_affected(&mut self, query: Query<'_>) -> StoreResult<u64> {
        Ok(query.execute(self.connection()).await.map_err(store_error)?.rows_affected())
    }

    /// Runs a statement that may affect any number of rows.
    async fn execute(&mut self, query: Query<'_>) -> StoreResult<()> {
        self.rows_affected(query).await.map(drop)
    }

    /// Runs a guarded statement for one row.
    async fn update_if_current(&mut self, query: Query<'_>) -> StoreResult<Update> {
        Ok(if self.affects_one(query).await? { Update::Applied } else { Update::Stale })
    }

    /// Inserts one row unless its key is taken.
    async fn insert(&mut self, query: Query<'_>) -> StoreResult<Insert> {
        Ok(if self.affects_one(query).await? { Insert::Inserted } else { Insert::Duplicate })
    }

    /// Changes or deletes one row by its key.
    async fn change_existing(&mut self, query: Query<'_>) -> StoreResult<Result<(), NotFound>> {
        Ok(if self.affects_one(query).await? { Ok(()) } else { Err(NotFound) })
    }

    async fn affects_one(&mut self, query: Query<'_>) -> StoreResult<bool> {
        match self.rows_affected(query).await? {
            0 => Ok(false),
            1 => Ok(true),
            n => Err(failed(format!("a statement for one row changed {n}"))),
        }
    }
}

impl ReadTransaction for SqlTransaction {}

#[async_trait]
impl Transaction for SqlTransaction {
    #[tracing::instrument(level = "debug", skip_all)]
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        self.0.commit().await.map_err(store_error)
    }
}

#[cfg(test)]
mod tests {
    use padlock_api::ports::StoreError;
    use padlock_domain::password::PasswordForm;
    use padlock_domain::{Account, AccountId, PasswordHash};

    use super::*;

    fn account(n: u16, name: String) -> Account {
        let [high, low] = n.to_be_bytes();
        Account {
            id: AccountId::new(padlock_domain::Timestamp::UNIX_EPOCH, [high, low, 0, 0, 0, 0, 0, 0, 0, 0]),
            login: format!("{n}@padlock.example").parse().unwrap(),
            name,
            password_hash: PasswordHash::new("$argon2id$".to_owned(), PasswordForm::Nfc),
            disabled: false,
            support_agent: false,
        }
    }

    async fn add(store: &SqliteStore, account: &Account) -> StoreResult<Insert> {
        let mut tx = store.begin_write(&Attempt::default()).await?;
        let result = tx.add_account(account).await?;
        tx.commit().await?;
        Ok(result)
    }

    /// SQLite rolls back by itself; the connection must not be stuck in that transaction.
    #[tokio::test]
    async fn writes_succeed_again_after_the_disk_was_full() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("padlock.db")).await.unwrap();
        sqlx::query("PRAGMA max_page_count = 128").execute(&store.writer).await.unwrap();
        let mut inserted = 0;
        let refused = loop {
            match add(&store, &account(inserted, "x".repeat(4_000))).await {
                Ok(_) => inserted += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(refused, StoreError::Full), "{refused}");
        assert!(store.read().await.unwrap().any_account().await.unwrap(), "reads go on");
        // The first write may still use the limited connection; later ones use a new connection.
        let again = add(&store, &account(inserted, "there is room again".to_owned())).await;
        assert!(matches!(again, Ok(Insert::Inserted) | Err(StoreError::Full)), "{again:?}");
        sqlx::query("PRAGMA max_page_count = 1000000").execute(&store.writer).await.unwrap();
        let last = add(&store, &account(inserted + 1, "there is room again".to_owned())).await.unwrap();
        assert_eq!(last, Insert::Inserted);
        assert!(store.read().await.unwrap().account(account(0, String::new()).id).await.unwrap().is_some());
    }

    /// The cleanup runs while others wait for the only writer.
    #[tokio::test]
    async fn the_cleanup_uses_indexes() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("padlock.db")).await.unwrap();
        for statement in [
            "DELETE FROM sessions WHERE last_seen_at < 1 OR created_at < 1",
            "SELECT 1 FROM sessions WHERE window_proved_at > 1 LIMIT 1",
            "DELETE FROM account_entries WHERE at < 1",
        ] {
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")))
                    .fetch_all(&store.readers)
                    .await
                    .unwrap();
            assert!(plan.iter().any(|row| row.3.contains(" INDEX ")), "{statement}: {plan:?}");
            assert!(!plan.iter().any(|row| row.3.starts_with("SCAN")), "{statement}: {plan:?}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_lock_of_another_process_is_busy_after_the_timeout() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("padlock.db");
        let store = SqliteStore::open(&file).await.unwrap();
        let other = SqliteStore::open(&file).await.unwrap();
        let lock = other.begin_write(&Attempt::default()).await.unwrap();
        let started = tokio::time::Instant::now();
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let store = store.clone();
            waiting.spawn(async move { store.begin_write(&Attempt::default()).await.err() });
        }
        for result in waiting.join_all().await {
            assert!(matches!(result, Some(StoreError::Busy)), "{result:?}");
        }
        assert!(started.elapsed() < BUSY_TIMEOUT * 3, "{:?}", started.elapsed());
        store.read().await.unwrap().any_account().await.unwrap();
        drop(lock);
        store.begin_write(&Attempt::default()).await.unwrap();
    }
}
