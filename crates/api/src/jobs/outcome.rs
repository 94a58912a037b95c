//! How an attempt at a job ended.

use padlock_domain::Timestamp;

/// How an attempt at a job ended.
pub(crate) enum JobOutcome {
    /// The job is done, or there is nothing to do any more.
    Done,
    /// The job is done for now and runs again at this time.
    Again(Timestamp),
    /// The attempt failed. Another one may succeed.
    Retry(String),
    /// The attempt failed, and so would every other one.
    Failed(String),
}
