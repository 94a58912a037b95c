//! What statements of the store return.

/// Why the store did not do it. Every one denies; none allows.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is locked or has no free connection; try again soon.
    #[error("the store is busy")]
    Busy,
    /// There is no room.
    #[error("no space left")]
    Full,
    /// Anything else, for the log.
    #[error("{0}")]
    Failed(String),
}

/// A guarded statement found something else than what was decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Conflict {
    /// One row changed, as decided.
    None,
    /// Somebody else was faster; nothing changed.
    Lost,
}
