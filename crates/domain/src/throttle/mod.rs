//! Limits on wrong passwords, per login and network ([`LoginThrottle`]) and per network ([`NetworkThrottle`]).

mod login;
mod network;

use jiff::Timestamp;

pub use login::LoginThrottle;
pub use network::{ClientNetwork, NetworkThrottle};

/// Whether the password of an attempt may be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// The password may be checked. The caller then calls `record`.
    Admitted,
    /// The attempts in progress could use up the limit. The caller asks again when one of them has ended.
    Queued,
    /// The attempt is rejected without counting it.
    Rejected {
        /// The time from which an attempt is admitted again.
        until: Timestamp,
    },
}

/// The outcome of an admitted attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The password was correct.
    Correct,
    /// The password was wrong.
    Incorrect,
    /// The password was not checked.
    NotChecked,
}
