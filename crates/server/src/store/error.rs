//! Converts the errors of SQLite.

use padlock_api::ports::StoreError;

use crate::disk;

// https://www.sqlite.org/rescode.html; the low byte of an extended code is its primary one.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const FULL: i32 = 13;
/// The index of the write-ahead log cannot grow.
const IOERR_SHMSIZE: i32 = 4874;
/// A write failed, usually because of a quota or a resource limit.
const IOERR_WRITE: i32 = 778;

pub(super) fn failed(what: impl Into<String>) -> StoreError {
    StoreError::Failed(what.into())
}

pub(super) fn store_error(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => StoreError::Busy,
        sqlx::Error::Io(io) if disk::is_disk_full(&io) => StoreError::Full,
        sqlx::Error::Database(database) => {
            let code = database.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default();
            match code & 0xff {
                BUSY | LOCKED => StoreError::Busy,
                FULL => StoreError::Full,
                _ if code == IOERR_SHMSIZE => StoreError::Full,
                _ if code == IOERR_WRITE => {
                    // It may also be a defective disk, which the log of the system shows.
                    tracing::error!(%database, "the files of the database cannot be written");
                    StoreError::Full
                }
                _ => failed(database.to_string()),
            }
        }
        other => failed(other.to_string()),
    }
}
