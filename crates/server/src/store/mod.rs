//! The [`Store`] port in SQL, over SQLite or PostgreSQL. One text of each statement serves both; `engine` has what differs.

mod accounts;
mod activity;
mod apps;
mod deployments;
mod engine;
mod environments;
mod error;
mod installation;
mod jobs;
mod location;
mod lock;
mod logical_copy;
mod maintenance;
mod mfa_challenges;
mod migrations;
mod notifications;
mod packages;
mod query;
mod row;
mod second_factor;
mod secrets;
mod sessions;
mod tables;
mod timeouts;
mod transaction;

use std::sync::Arc;

use async_trait::async_trait;
use padlock_api::ports::{Attempt, JobClaim, JobRecord, ReadTransaction, Store, StoreError, StoreResult, Transaction};
use sqlx::AnyPool;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use engine::{Engine, postgres, sqlite};
pub use installation::{InstallationRecord, InstallationState};
pub use location::DatabaseUrl;
pub use lock::DatabaseLock;
pub use logical_copy::{Column, ColumnType, Export, Import};
pub use maintenance::{DamagedAccount, PackageFile};
use query::sql;
pub use secrets::SecretError;
pub use tables::{TABLES, Table};
use timeouts::{BUSY_TIMEOUT, EXCLUSIVE_TIMEOUT};
use transaction::SqlTransaction;

/// From this attempt on, a unit of work runs while no other of this process writes.
const FIRST_EXCLUSIVE_ATTEMPT: u32 = 3;

/// The database of one installation.
#[derive(Debug, Clone)]
pub struct SqlStore {
    engine: Engine,
    writers: AnyPool,
    readers: AnyPool,
    /// One permit for each transaction that may write at once.
    write_permits: Arc<Semaphore>,
}

impl SqlStore {
    /// Opens or creates the database and migrates it.
    ///
    /// # Errors
    /// Returns an error if the database cannot be opened, or if other migrations were applied to it.
    pub async fn open(url: &DatabaseUrl) -> StoreResult<Self> {
        let store = Self::connect(url, true).await?;
        migrations::run(store.engine, &store.writers).await?;
        Ok(store)
    }

    /// Opens the database of a running server.
    ///
    /// # Errors
    /// Returns an error if the database cannot be opened, or if the server has another version.
    pub async fn open_without_migrating(url: &DatabaseUrl) -> StoreResult<Self> {
        let store = Self::connect(url, false).await?;
        migrations::require_current(store.engine, &store.writers).await?;
        Ok(store)
    }

    /// Applies the migrations that the database does not have yet.
    ///
    /// # Errors
    /// Returns an error if one of them fails.
    pub async fn migrate(&self) -> StoreResult<()> {
        migrations::run(self.engine, &self.writers).await
    }

    /// Returns the version of the schema that this program has.
    #[must_use]
    pub fn schema_version() -> i64 {
        sqlite::MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
    }

    async fn connect(url: &DatabaseUrl, create_if_missing: bool) -> StoreResult<Self> {
        let (engine, (writers, readers)) = match url {
            DatabaseUrl::Sqlite(file) => (Engine::Sqlite, sqlite::connect(file, create_if_missing).await?),
            DatabaseUrl::Postgres(url) => (Engine::Postgres, postgres::connect(url).await?),
        };
        Ok(Self { engine, writers, readers, write_permits: Arc::new(Semaphore::new(postgres::MAX_WRITERS as usize)) })
    }

    /// Connects to a database that must not be changed.
    async fn connect_to_read(url: &DatabaseUrl) -> StoreResult<(Engine, AnyPool)> {
        match url {
            DatabaseUrl::Sqlite(file) => Ok((Engine::Sqlite, sqlite::connect_to_read(file).await?)),
            DatabaseUrl::Postgres(url) => Ok((Engine::Postgres, postgres::connect(url).await?.1)),
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.readers.close().await;
        if self.engine == Engine::Sqlite
            && let Err(error) = sqlx::query(sqlite::CHECKPOINT).execute(&self.writers).await
        {
            tracing::warn!(%error, "the write-ahead log stays beside the database");
        }
        self.writers.close().await;
    }

    /// Begins a transaction on a consistent snapshot.
    async fn begin_read(&self) -> StoreResult<SqlTransaction> {
        SqlTransaction::begin(&self.readers, self.engine, self.engine.begin_read(), None).await
    }

    /// Begins a transaction in which each statement sees what is committed before it.
    async fn begin_queue(&self) -> StoreResult<SqlTransaction> {
        SqlTransaction::begin(&self.writers, self.engine, self.engine.begin_queue(), None).await
    }

    /// Begins a transaction that may write.
    async fn begin_write_attempt(&self, attempt: &Attempt) -> StoreResult<SqlTransaction> {
        let permit = match self.engine {
            // The pool has one connection that writes.
            Engine::Sqlite => None,
            Engine::Postgres => Some(self.write_permit(attempt).await?),
        };
        let tx = SqlTransaction::begin(&self.writers, self.engine, self.engine.begin_write(), permit).await?;
        Ok(tx.for_attempt(attempt))
    }

    /// Waits until the transaction may begin. An attempt that has failed several times waits a little until it is alone, so that
    /// it succeeds unless another process is in its way.
    async fn write_permit(&self, attempt: &Attempt) -> StoreResult<OwnedSemaphorePermit> {
        let permits = |number| Arc::clone(&self.write_permits).acquire_many_owned(number);
        if attempt.number() >= FIRST_EXCLUSIVE_ATTEMPT
            && let Ok(Ok(alone)) = tokio::time::timeout(EXCLUSIVE_TIMEOUT, permits(postgres::MAX_WRITERS)).await
        {
            return Ok(alone);
        }
        match tokio::time::timeout(BUSY_TIMEOUT, permits(1)).await {
            Ok(permit) => permit.map_err(|_| StoreError::Busy),
            Err(_) => Err(StoreError::Busy),
        }
    }
}

#[async_trait]
impl Store for SqlStore {
    #[tracing::instrument(level = "debug", skip_all)]
    async fn read(&self) -> StoreResult<Box<dyn ReadTransaction>> {
        Ok(Box::new(self.begin_read().await?))
    }

    #[tracing::instrument(level = "debug", skip_all)]
    async fn begin_write(&self, attempt: &Attempt) -> StoreResult<Box<dyn Transaction>> {
        Ok(Box::new(self.begin_write_attempt(attempt).await?))
    }

    #[tracing::instrument(level = "debug", skip_all)]
    async fn claim_job(&self, claim: JobClaim<'_>) -> StoreResult<Option<JobRecord>> {
        self.lease_job(claim).await
    }

    async fn ready(&self) -> StoreResult<()> {
        self.begin_read().await?.exists(sql("SELECT 1 FROM _sqlx_migrations LIMIT 1")).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use padlock_api::ports::{Insert, StoreError};
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

    async fn add(store: &SqlStore, account: &Account) -> StoreResult<Insert> {
        let mut tx = store.begin_write(&Attempt::default()).await?;
        let result = tx.add_account(account).await?;
        tx.commit().await?;
        Ok(result)
    }

    /// SQLite rolls back by itself; the connection must not be stuck in that transaction.
    #[tokio::test]
    async fn writes_succeed_again_after_the_disk_was_full() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqlStore::open(&DatabaseUrl::Sqlite(folder.path().join("padlock.db"))).await.unwrap();
        sqlx::query("PRAGMA max_page_count = 128").execute(&store.writers).await.unwrap();
        let mut inserted = 0;
        let refused = loop {
            match add(&store, &account(inserted, "x".repeat(4_000))).await {
                Ok(_) => inserted += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(refused, StoreError::Full), "{refused}");
        assert!(store.read().await.unwrap().any_account().await.unwrap(), "reads go on");
        // As if the disk had space again.
        sqlx::query("PRAGMA max_page_count = 1000000").execute(&store.writers).await.unwrap();
        let last = add(&store, &account(inserted, "there is space again".to_owned())).await.unwrap();
        assert_eq!(last, Insert::Inserted);
        assert!(store.read().await.unwrap().account(account(0, String::new()).id).await.unwrap().is_some());
    }

    /// The cleanup runs while others wait for the only writer.
    #[tokio::test]
    async fn the_cleanup_uses_indexes() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqlStore::open(&DatabaseUrl::Sqlite(folder.path().join("padlock.db"))).await.unwrap();
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
        let store = SqlStore::open(&DatabaseUrl::Sqlite(file.clone())).await.unwrap();
        let other = SqlStore::open(&DatabaseUrl::Sqlite(file.clone())).await.unwrap();
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
