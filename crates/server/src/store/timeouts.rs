//! How long the store waits.

use std::time::Duration;

/// How long to wait for a connection of the pool, or for a lock of another process.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to wait for the answer to one statement of a database on another machine.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long an attempt that has failed several times waits to be alone.
pub(super) const EXCLUSIVE_TIMEOUT: Duration = Duration::from_millis(500);
