//! The time of the machine: a stopwatch and the current TOTP codes.

use std::time::{Duration, Instant};

use padlock_domain::Timestamp;
use padlock_domain::second_factor::totp::{Seed, Step};

/// Measures the time since it was started.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts a stopwatch.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "these tests run in real time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Returns the current TOTP time step (RFC 6238 §4.2).
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the server in the other process uses the clock of the machine")]
pub fn current_step() -> Step {
    Step::at(Timestamp::now())
}

/// Returns the code that an authenticator app shows `offset` time steps from now.
#[must_use]
pub fn totp_code(seed: &Seed, offset: i64) -> String {
    seed.code_at(current_step().plus(offset)).expose()
}
