//! Limits on wrong passwords: for each login from one network ([`LoginThrottle`]), and for each network over all logins
//! ([`NetworkThrottle`]).

mod login;
mod network;

use jiff::Timestamp;

pub use login::LoginThrottle;
pub use network::{ClientNetwork, NetworkThrottle};

/// What becomes of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Look at its password, then say what it was by `end`.
    Admitted,
    /// So many are being looked at that all of them could be wrong; ask again when one of them has ended.
    Queued,
    /// It comes too early; refuse it. It is not counted.
    Rejected {
        /// When the next try is looked at.
        until: Timestamp,
    },
}

/// What a password was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// Right.
    Correct,
    /// Wrong.
    Incorrect,
    /// It was never looked at, for reasons of ours.
    NotChecked,
}
