//! How long steps take. The one place here that asks the machine for the time.

use std::time::{Duration, Instant};

/// A stopwatch, running from its making.
pub(crate) struct Watch(Instant);

impl Watch {
    #[expect(clippy::disallowed_methods, reason = "xtask times its own steps; no rule of Padlock depends on it")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn spent(&self) -> Duration {
        self.0.elapsed()
    }
}
