//! What differs between the engines. Everything else in the store is one text for both.

mod pool;
pub(super) mod postgres;
pub(super) mod sqlite;

use padlock_api::ports::StoreError;
use sqlx::migrate::Migrator;

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

    /// Returns the statement that begins a transaction in which each statement sees what is committed before it.
    pub(super) const fn begin_queue(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::BEGIN_WRITE,
            Self::Postgres => postgres::BEGIN_QUEUE,
        }
    }

    /// Returns the end of a `SELECT` that locks its rows and skips those that others have locked.
    pub(super) const fn skip_locked(self) -> &'static str {
        match self {
            // There is one writer.
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// Returns whether transactions that write run at the same time, so that rows have to be locked.
    pub(super) const fn has_concurrent_writers(self) -> bool {
        match self {
            Self::Sqlite => false,
            Self::Postgres => true,
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

    /// Returns the query of the names and types of the columns of the table `$1`, in their order.
    pub(super) const fn columns_of_table(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::COLUMNS_OF_TABLE,
            Self::Postgres => postgres::COLUMNS_OF_TABLE,
        }
    }

    /// Converts an error of sqlx or of the database.
    pub(super) fn store_error(self, error: sqlx::Error) -> StoreError {
        match self {
            Self::Sqlite => sqlite::store_error(error),
            Self::Postgres => postgres::store_error(error),
        }
    }

    /// Converts an error of a commit. If the connection was lost, nobody knows whether the commit was applied.
    pub(super) fn commit_error(self, error: sqlx::Error) -> StoreError {
        match (self, self.store_error(error)) {
            (Self::Postgres, StoreError::Busy) => StoreError::OutcomeUnknown,
            (_, error) => error,
        }
    }

    /// Waits for an answer of the database, which may be on a machine that has vanished.
    pub(super) async fn in_time<T>(self, answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        match self {
            Self::Sqlite => answer.await,
            Self::Postgres => postgres::in_time(answer).await,
        }
    }
}
