//! The [`Store`] port over SQLite: one connection that writes, a few that read, all on one file in WAL mode.

mod account;
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

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use padlock_api::ports::{Insert, NotFound, Store, StoreError, Transaction, Update};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool};

use error::{failed, store_error};
pub use maintenance::PackageFile;
use row::Row;
pub use secrets::ReencryptionError;

/// How long a request waits for the writer, and the writer for another process that holds the file.
const PATIENCE: Duration = Duration::from_secs(5);
/// Connections that read.
const READERS: u32 = 4;

/// The database of one installation.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Opens the database file, makes it if there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError`], also when a newer version of the server has been at the file.
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        let store = Self::connect(file, true).await?;
        migrations::run(&store.writer).await?;
        Ok(store)
    }

    /// Opens a database that a server works on. Its tables stay as they are: another version's are not touched.
    ///
    /// # Errors
    /// [`StoreError`], also when the server is of another version.
    pub async fn join(file: &Path) -> Result<Self, StoreError> {
        let store = Self::connect(file, false).await?;
        migrations::require_current(&store.writer).await?;
        Ok(store)
    }

    async fn connect(file: &Path, make: bool) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE);
        // One writer: SQLite has no more, and waiting in the pool is fair where SQLite's own lock is not.
        let writer = pool(1).connect_with(options.clone().create_if_missing(make)).await.map_err(store_error)?;
        let readers = pool(READERS).connect_lazy_with(options.pragma("query_only", "on"));
        Ok(Self { writer, readers })
    }

    /// Folds the write-ahead log into the file and closes it.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await {
            tracing::warn!(%error, "the write-ahead log stays beside the database");
        }
        self.writer.close().await;
    }
}

fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // They are tested when they come back.
        .test_before_acquire(false)
        // SQLite ends a transaction by itself when the disk is full; sqlx then takes the connection for one in a
        // transaction for ever. Such a connection is replaced.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self) -> Result<Box<dyn Transaction>, StoreError> {
        Ok(Box::new(SqlTransaction(self.readers.begin().await.map_err(store_error)?)))
    }

    async fn write(&self) -> Result<Box<dyn Transaction>, StoreError> {
        // Takes the lock now: a transaction that read first could fail to become one that writes.
        Ok(Box::new(SqlTransaction(self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(store_error)?)))
    }

    async fn ready(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM _sqlx_migrations").execute(&self.readers).await.map_err(store_error)?;
        Ok(())
    }
}

/// One transaction. sqlx rolls it back when it is dropped, before the connection serves anyone else.
struct SqlTransaction(sqlx::Transaction<'static, Sqlite>);

/// A statement with its parameters.
type Query<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

impl SqlTransaction {
    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }

    /// Returns the rows of the result, each read by `read`.
    async fn fetch_all<T>(
        &mut self,
        query: Query<'_>,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        query.fetch_all(self.connection()).await.map_err(store_error)?.iter().map(read).collect()
    }

    /// Returns the first row of the result, if any, read by `read`.
    async fn fetch_optional<T>(
        &mut self,
        query: Query<'_>,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        query.fetch_optional(self.connection()).await.map_err(store_error)?.as_ref().map(read).transpose()
    }

    /// Returns whether the result has a row.
    async fn exists(&mut self, query: Query<'_>) -> Result<bool, StoreError> {
        Ok(query.fetch_optional(self.connection()).await.map_err(store_error)?.is_some())
    }

    /// Runs a statement and returns how many rows it affected.
    async fn rows_affected(&mut self, query: Query<'_>) -> Result<u64, StoreError> {
        Ok(query.execute(self.connection()).await.map_err(store_error)?.rows_affected())
    }

    /// Runs a statement that may affect any number of rows.
    async fn execute(&mut self, query: Query<'_>) -> Result<(), StoreError> {
        self.rows_affected(query).await.map(drop)
    }

    /// Runs a guarded statement for one row.
    async fn update(&mut self, query: Query<'_>) -> Result<Update, StoreError> {
        Ok(if self.affects_one(query).await? { Update::Applied } else { Update::Stale })
    }

    /// Inserts one row unless its key is taken.
    async fn insert(&mut self, query: Query<'_>) -> Result<Insert, StoreError> {
        Ok(if self.affects_one(query).await? { Insert::Inserted } else { Insert::Duplicate })
    }

    /// Changes or deletes one row by its key.
    async fn change(&mut self, query: Query<'_>) -> Result<Result<(), NotFound>, StoreError> {
        Ok(if self.affects_one(query).await? { Ok(()) } else { Err(NotFound) })
    }

    async fn affects_one(&mut self, query: Query<'_>) -> Result<bool, StoreError> {
        match self.rows_affected(query).await? {
            0 => Ok(false),
            1 => Ok(true),
            n => Err(failed(format!("a statement for one row changed {n}"))),
        }
    }
}

#[async_trait]
impl Transaction for SqlTransaction {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.0.commit().await.map_err(store_error)
    }
}

#[cfg(test)]
mod tests {
    use padlock_domain::account::{Account, PasswordHash};
    use padlock_domain::ids::AccountId;

    use super::*;

    fn account(n: u16, name: String) -> Account {
        let [high, low] = n.to_be_bytes();
        Account {
            id: AccountId::new(padlock_domain::Timestamp::UNIX_EPOCH, [high, low, 0, 0, 0, 0, 0, 0, 0, 0]),
            login: format!("{n}@padlock.example").parse().unwrap(),
            name,
            password: PasswordHash::new("$argon2id$".to_owned()),
            disabled: false,
            support_agent: false,
        }
    }

    async fn add(store: &SqliteStore, account: &Account) -> Result<Insert, StoreError> {
        let mut work = store.write().await?;
        let conflict = work.add_account(account).await?;
        work.commit().await?;
        Ok(conflict)
    }

    /// SQLite rolls back by itself when there is no room; the connection must not be stuck in that transaction.
    #[tokio::test]
    async fn a_full_disk_is_said_so_and_is_no_lasting_harm() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("padlock.db")).await.unwrap();
        sqlx::query("PRAGMA max_page_count = 64").execute(&store.writer).await.unwrap();
        let mut kept = 0;
        let refused = loop {
            match add(&store, &account(kept, "x".repeat(4_000))).await {
                Ok(_) => kept += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(refused, StoreError::Full), "{refused}");
        assert!(store.read().await.unwrap().any_account().await.unwrap(), "reads go on");
        // Until it is noticed, writes go to the connection that has the limit still; then to a new one without.
        let again = add(&store, &account(kept, "there is room again".to_owned())).await;
        assert!(matches!(again, Ok(Insert::Inserted) | Err(StoreError::Full)), "{again:?}");
        sqlx::query("PRAGMA max_page_count = 1000000").execute(&store.writer).await.unwrap();
        let last = add(&store, &account(kept + 1, "there is room again".to_owned())).await.unwrap();
        assert_eq!(last, Insert::Inserted);
        assert!(store.read().await.unwrap().account(account(0, String::new()).id).await.unwrap().is_some());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_lock_held_by_another_process_is_busy_after_a_bounded_while() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("padlock.db");
        let store = SqliteStore::open(&file).await.unwrap();
        let other = SqliteStore::open(&file).await.unwrap();
        let lock = other.write().await.unwrap();
        let began = tokio::time::Instant::now();
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let store = store.clone();
            waiting.spawn(async move { store.write().await.err() });
        }
        for result in waiting.join_all().await {
            assert!(matches!(result, Some(StoreError::Busy)), "{result:?}");
        }
        assert!(began.elapsed() < PATIENCE * 3, "{:?}", began.elapsed());
        store.read().await.unwrap().any_account().await.unwrap();
        drop(lock);
        store.write().await.unwrap();
    }

    #[tokio::test]
    async fn a_database_from_the_future_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("padlock.db");
        let store = SqliteStore::open(&file).await.unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (999, 'from the future', TRUE, x'00', 0)",
        )
        .execute(&store.writer)
        .await
        .unwrap();
        store.close().await;
        let error = SqliteStore::open(&file).await.unwrap_err();
        assert!(error.to_string().contains("newer version"), "{error}");
    }
}
