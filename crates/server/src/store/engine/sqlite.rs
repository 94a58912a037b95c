//! SQLite: one connection that writes, a few that read, all on one file in WAL mode.

use std::io;
use std::path::Path;

use padlock_api::ports::{StoreError, StoreResult};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::AnyPool;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::error::DatabaseError;
use sqlx::migrate::Migrator;

use crate::disk;
use crate::store::error::failed;

const MAX_READERS: u32 = 4;

/// Migrations are added and never changed: sqlx compares their checksums.
pub(in crate::store) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

pub(super) const BEGIN_READ: &str = "BEGIN";
/// Takes the lock now: upgrading a read transaction later could fail.
pub(super) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
pub(super) const FIND_TABLE: &str = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1";
pub(super) const COLUMNS_OF_TABLE: &str =
    "SELECT name AS column_name, type AS column_type FROM pragma_table_info($1) ORDER BY cid";

/// Moves the write-ahead log into the database file.
pub(in crate::store) const CHECKPOINT: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// The settings of every connection, in this order. A commit is on stable storage when it returns.
const SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON";
const READ_ONLY: &str = "PRAGMA query_only = ON";
/// What the schema of a database calls is not trusted.
const UNTRUSTED: &str = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON";

// https://www.sqlite.org/rescode.html; the low byte of an extended code is its primary one.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const FULL: i32 = 13;
/// The index of the write-ahead log cannot grow.
const IOERR_SHMSIZE: i32 = 4874;
/// A write failed, usually because of a quota or a resource limit.
const IOERR_WRITE: i32 = 778;

/// Opens the database, or creates it, and returns the connections that write and those that read.
pub(in crate::store) async fn connect(file: &Path, create_if_missing: bool) -> StoreResult<(AnyPool, AnyPool)> {
    if create_if_missing {
        create_private_file(file)?;
    }
    let options = options(file, "rw")?;
    // SQLite has one writer at a time. The queue of the pool is fair, the lock of SQLite is not.
    let writer = pool(1, &[SETTINGS]).connect_with(options.clone()).await.map_err(store_error)?;
    let readers = pool(MAX_READERS, &[SETTINGS, READ_ONLY]).connect_lazy_with(options);
    Ok((writer, readers))
}

/// Opens a database that may be damaged, and does not change it.
pub(in crate::store) async fn connect_to_read(file: &Path) -> StoreResult<AnyPool> {
    pool(1, &[READ_ONLY, UNTRUSTED]).connect_with(options(file, "ro")?).await.map_err(store_error)
}

/// Returns an error unless a database of an unknown source has nothing but tables and indexes of Padlock: a trigger or a view
/// could change what is read or written.
///
/// # Errors
/// Returns an error also if the database cannot be read.
pub(in crate::store) async fn require_plain_schema(file: &Path, tables: &[&str]) -> StoreResult<()> {
    let pool = connect_to_read(file).await?;
    let query = sqlx::query_as("SELECT type, name, COALESCE(sql, '') FROM sqlite_master ORDER BY name");
    let objects: Vec<(String, String, String)> = query.fetch_all(&pool).await.map_err(store_error)?;
    pool.close().await;
    for (kind, name, definition) in objects {
        let is_plain = match kind.as_str() {
            "table" => tables.contains(&name.as_str()) && definition.to_ascii_uppercase().starts_with("CREATE TABLE "),
            "index" => true,
            _ => false,
        };
        if !is_plain {
            return Err(failed(format!("it has a {kind} that is not Padlock's: {name}")));
        }
    }
    Ok(())
}

fn options(file: &Path, mode: &str) -> StoreResult<AnyConnectOptions> {
    sqlx::any::install_default_drivers();
    let file = std::path::absolute(file).map_err(|error| failed(error.to_string()))?;
    let path = file.to_str().ok_or_else(|| failed("the path of the database is not Unicode"))?;
    let url = format!("sqlite://{}?mode={mode}", utf8_percent_encode(path, NON_ALPHANUMERIC));
    url.parse().map_err(store_error)
}

fn pool(size: u32, settings: &'static [&'static str]) -> AnyPoolOptions {
    // sqlx tests connections when they return to the pool.
    super::pool::pool(size, settings).idle_timeout(None).max_lifetime(None).test_before_acquire(false)
}

/// Creates an empty file, which SQLite takes as a new database, unless it exists. SQLite itself would create one that others
/// can read. The files beside it get its permissions.
fn create_private_file(file: &Path) -> StoreResult<()> {
    match disk::create_private(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(store_error(error.into())),
        _ => Ok(()),
    }
}

/// Converts an error of sqlx or of the database.
pub(in crate::store) fn store_error(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => StoreError::Busy,
        sqlx::Error::Io(io) if disk::is_disk_full(&io) => StoreError::Full,
        sqlx::Error::Database(error) => database_error(error.as_ref()),
        other => failed(other.to_string()),
    }
}

fn database_error(error: &dyn DatabaseError) -> StoreError {
    let code = error.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default();
    match code & 0xff {
        BUSY | LOCKED => StoreError::Busy,
        FULL => StoreError::Full,
        _ if code == IOERR_SHMSIZE => StoreError::Full,
        _ if code == IOERR_WRITE => {
            // It may also be a defective disk, which the log of the system shows.
            tracing::error!(%error, "the files of the database cannot be written");
            StoreError::Full
        }
        _ => failed(error.to_string()),
    }
}
