//! The one place here that asks the machine for the time.

use std::time::{Duration, Instant};

use padlock_domain::Timestamp;
use padlock_domain::second_factor::totp::{Seed, Step};

/// A stopwatch, running from its making.
#[derive(Debug, Clone, Copy)]
pub struct Watch(Instant);

impl Watch {
    /// Starts one.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "trials last in real time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it has been running.
    #[must_use]
    pub fn spent(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The step that authenticator apps are at.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the server in the other process has the machine's clock")]
pub fn step() -> Step {
    Step::at(Timestamp::now())
}

/// The code that an authenticator app shows, `by` steps from now.
#[must_use]
pub fn code(seed: &Seed, by: i64) -> String {
    seed.code_at(step().plus(by)).expose()
}
