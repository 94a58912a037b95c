//! The results of the store's statements.

/// Why the store did not do what was asked. No error ever grants anything.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store is locked or has no free connection. The caller may try again soon.
    #[error("the store is busy")]
    Busy,
    /// Other transactions changed the same rows at the same time, at every attempt. The caller may try again soon.
    #[error("other changes were made at the same time")]
    Conflict,
    /// The connection was lost while a transaction was committed: it may have been applied or not.
    #[error("the connection was lost in the middle: the change may have been made or not")]
    OutcomeUnknown,
    /// The disk is full.
    #[error("no space left")]
    Full,
    /// Any other failure; the text is for the log.
    #[error("{0}")]
    Failed(String),
}

/// The result of a call of the store.
pub type StoreResult<T> = Result<T, StoreError>;

/// The outcome of a guarded (compare-and-set) statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Update {
    /// Exactly one row changed.
    Applied,
    /// The row is missing or no longer in the state that the caller decided on. Nothing changed.
    Stale,
}

impl Update {
    /// Returns `Ok` if the row changed.
    ///
    /// # Errors
    /// Returns the error that `stale` creates for [`Update::Stale`].
    pub fn applied_or_else<E>(self, stale: impl FnOnce() -> E) -> Result<(), E> {
        match self {
            Self::Applied => Ok(()),
            Self::Stale => Err(stale()),
        }
    }
}

/// The outcome of inserting a row with a unique key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Insert {
    /// The row was inserted.
    Inserted,
    /// Another row has the key already. Nothing changed.
    Duplicate,
}

/// There is no such row. Nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such row")]
pub struct NotFound;
