//! PostgreSQL 15 and later.
//!
//! Transactions that write are serializable: PostgreSQL ends one of several that cannot be put in an order, and the unit of
//! work is repeated. Transactions that read see one snapshot.

use std::time::Duration;

use padlock_api::ports::{StoreError, StoreResult};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::error::DatabaseError;
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, Connection, Executor};
use url::Url;

use crate::store::error::failed;
use crate::store::timeouts::BUSY_TIMEOUT;

/// How many transactions of this process may write at once.
pub(in crate::store) const MAX_WRITERS: u32 = 8;
const MAX_READERS: u32 = 8;
const OLDEST_VERSION: i64 = 150_000;
/// Connections are replaced after this time, so that a pool spreads over the machines behind one name.
const MAX_LIFETIME: Duration = Duration::from_secs(1_800);

/// Migrations are added and never changed: sqlx compares their checksums. The first one has the number of the SQLite
/// migration that it equals.
pub(in crate::store) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

pub(super) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
pub(super) const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
pub(super) const BEGIN_QUEUE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
pub(super) const FIND_TABLE: &str = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1";
pub(super) const COLUMNS_OF_TABLE: &str =
    "SELECT column_name::text AS column_name, data_type::text AS column_type FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position";

/// Locks the schema for as long as the connection lives, unless another connection has locked it, and identifies the
/// connection. The first number is ours.
pub(in crate::store) const TRY_LOCK: &str =
    "SELECT pg_try_advisory_lock(1348563051, hashtext(current_schema()))::int::bigint AS locked,
            pid::bigint AS process, backend_start::text AS started_at
     FROM pg_stat_activity WHERE pid = pg_backend_pid()";
/// Ends a connection of the same user.
pub(in crate::store) const END_SESSION: &str = "SELECT pg_terminate_backend(pid)::int::bigint
     FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = $2";

/// A transaction that waits for another for too long ends, and so does one whose process does not continue.
const SETTINGS: &str = "SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '60s'";
/// A serializable transaction that reads a whole table conflicts with every other that writes to it, so those that write use
/// indexes, also for small tables (https://www.postgresql.org/docs/current/transaction-iso.html#XACT-SERIALIZABLE).
const WRITER_SETTINGS: &str = "SET enable_seqscan = off";

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const SERIALIZATION_FAILURE: &str = "40001";
const DEADLOCK_DETECTED: &str = "40P01";
/// Two transactions inserted one key. The next attempt sees the row of the other.
const UNIQUE_VIOLATION: &str = "23505";
/// A row that another one refers to was deleted at the same time. The next attempt does not see it.
const FOREIGN_KEY_VIOLATION: &str = "23503";
const DISK_FULL: &str = "53100";
/// `lock_timeout` has passed.
const LOCK_NOT_AVAILABLE: &str = "55P03";
/// The server is a standby, for example during a failover.
const READ_ONLY: &str = "25006";
const IDLE_IN_TRANSACTION: &str = "25P03";

/// Connects and returns the connections that write and those that read.
pub(in crate::store) async fn connect(url: &Url) -> StoreResult<(AnyPool, AnyPool)> {
    let options = options(url)?;
    let writers =
        pool(MAX_WRITERS, &[SETTINGS, WRITER_SETTINGS]).connect_with(options.clone()).await.map_err(connect_error)?;
    require_version_and_encoding(&writers).await?;
    Ok((writers, pool(MAX_READERS, &[SETTINGS]).connect_lazy_with(options)))
}

/// Returns the options of a connection.
pub(in crate::store) fn options(url: &Url) -> StoreResult<AnyConnectOptions> {
    sqlx::any::install_default_drivers();
    let mut url = url.clone();
    if !url.query_pairs().any(|(name, _)| name == "application_name") {
        url.query_pairs_mut().append_pair("application_name", "padlock-server");
    }
    url.as_str().parse().map_err(store_error)
}

fn connect_error(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => failed("PostgreSQL does not answer at this address"),
        sqlx::Error::Database(error) => failed(error.message().to_owned()),
        other => failed(other.to_string()),
    }
}

async fn require_version_and_encoding(pool: &AnyPool) -> StoreResult<()> {
    let query = sqlx::query_as(
        "SELECT current_setting('server_version_num')::bigint, current_setting('server_version'),
                current_setting('server_encoding')",
    );
    let (number, version, encoding): (i64, String, String) = query.fetch_one(pool).await.map_err(connect_error)?;
    if number < OLDEST_VERSION {
        return Err(failed(format!("PostgreSQL {version} is too old: 15 or later is needed")));
    }
    if encoding != "UTF8" {
        return Err(failed(format!("the database has the encoding {encoding}: create it with UTF8")));
    }
    Ok(())
}

fn pool(size: u32, settings: &'static [&'static str]) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(BUSY_TIMEOUT)
        .max_lifetime(MAX_LIFETIME)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                for statements in settings {
                    connection.execute(sqlx::raw_sql(*statements)).await?;
                }
                Ok(())
            })
        })
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

/// Converts an error of sqlx or of the database.
pub(in crate::store) fn store_error(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => StoreError::Busy,
        // The next connection may succeed.
        sqlx::Error::Io(error) => {
            tracing::warn!(%error, "the connection to the database is lost");
            StoreError::Busy
        }
        sqlx::Error::Database(error) => database_error(error.as_ref()),
        other => failed(other.to_string()),
    }
}

fn database_error(error: &dyn DatabaseError) -> StoreError {
    match error.code().as_deref().unwrap_or_default() {
        SERIALIZATION_FAILURE | DEADLOCK_DETECTED | UNIQUE_VIOLATION | FOREIGN_KEY_VIOLATION => {
            tracing::debug!(%error, "a transaction conflicts with others");
            StoreError::Conflict
        }
        LOCK_NOT_AVAILABLE | READ_ONLY | IDLE_IN_TRANSACTION => StoreError::Busy,
        DISK_FULL => StoreError::Full,
        // Connection exceptions, too many connections, and a server that stops or starts.
        code if code.starts_with("08") || code == "53300" || code.starts_with("57P") => {
            tracing::warn!(%error, "the database is not available");
            StoreError::Busy
        }
        _ => failed(error.to_string()),
    }
}
