//! How long the store waits.

use std::time::Duration;

/// How long to wait for a connection of the pool, or for a lock of another process.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
