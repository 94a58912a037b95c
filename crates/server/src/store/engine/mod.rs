//! What differs between the engines. Everything else in the store is one text for both.

pub(super) mod postgres;
pub(super) mod sqlite;

use padlock_api::ports::StoreError;
use sqlx::migrate::Migrator;

use super::error::failed;
use crate::disk;

/// The engine of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Returns the statement that begins a transaction on one consistent snapshot.
    pub(super) const fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::BEGIN_READ,
            Self::Postgres => postgres::BEGIN_READ,
        }
    }

    /// Returns the statement that begins a transaction that may write.
    pub(super) const fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::BEGIN_WRITE,
            Self::Postgres => postgres::BEGIN_WRITE,
        }
    }

    /// Returns the migrations, in order.
    pub(super) fn migrations(self) -> &'static Migrator {
        match self {
            Self::Sqlite => &sqlite::MIGRATIONS,
            Self::Postgres => &postgres::MIGRATIONS,
        }
    }

    /// Returns the query whose result is a row for every table with the name `$1`.
    pub(super) const fn find_table(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::FIND_TABLE,
            Self::Postgres => postgres::FIND_TABLE,
        }
    }

    /// Converts an error of sqlx or of the database.
    pub(super) fn store_error(self, error: sqlx::Error) -> StoreError {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => StoreError::Busy,
            sqlx::Error::Io(io) if disk::is_disk_full(&io) => StoreError::Full,
            // The connection is lost. The next one may succeed.
            sqlx::Error::Io(error) if self == Self::Postgres => {
                tracing::warn!(%error, "the connection to the database is lost");
                StoreError::Busy
            }
            sqlx::Error::Database(error) => match self {
                Self::Sqlite => sqlite::database_error(error.as_ref()),
                Self::Postgres => postgres::database_error(error.as_ref()),
            },
            other => failed(other.to_string()),
        }
    }
}
