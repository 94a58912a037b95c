//! Arithmetic on times that cannot fail.

use jiff::{SignedDuration, Timestamp};

/// Returns a time after another one, at most the largest timestamp.
#[must_use]
pub fn saturating_add(time: Timestamp, duration: SignedDuration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}
