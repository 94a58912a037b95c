//! The throttles of wrong passwords, for each login from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use event_listener::Event;
use padlock_domain::Timestamp;
use padlock_domain::account::Login;
use padlock_domain::throttle::{Outcome, Throttle, Turn};

use crate::ports::Clock;

/// Pairs that are remembered; beyond it what is forgotten anyway goes, then everything.
const MOST: usize = 100_000;

type Pair = (Login, IpAddr);

/// In memory on purpose: a restart forgets them, and nothing hangs on them but the guesser's patience.
#[derive(Default)]
pub(crate) struct Throttles {
    pairs: Mutex<HashMap<Pair, Throttle>>,
    ended: Event,
}

impl Throttles {
    /// Waits for its turn among those that try the same login from the same address.
    pub(crate) async fn enter<'a>(
        &'a self,
        login: &Login,
        address: IpAddr,
        clock: &'a dyn Clock,
    ) -> Result<Try<'a>, Timestamp> {
        let pair = (login.clone(), address);
        loop {
            // Listened for before it is asked, so that no end in between is missed.
            let ended = self.ended.listen();
            match self.begin(&pair, clock.now()) {
                Turn::Now => return Ok(Try { throttles: self, clock, pair, outcome: Outcome::Unknown }),
                Turn::Later { until } => return Err(until),
                Turn::AfterAnother => ended.await,
            }
        }
    }

    fn begin(&self, pair: &Pair, now: Timestamp) -> Turn {
        let mut pairs = self.pairs();
        if pairs.len() >= MOST {
            pairs.retain(|_, throttle| !throttle.is_forgotten(now));
            if pairs.len() >= MOST {
                pairs.clear();
            }
        }
        pairs.entry(pair.clone()).or_default().begin(now)
    }

    fn pairs(&self) -> MutexGuard<'_, HashMap<Pair, Throttle>> {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A try whose password is being looked at. Dropped without a word it counts for nothing.
pub(crate) struct Try<'a> {
    throttles: &'a Throttles,
    clock: &'a dyn Clock,
    pair: Pair,
    outcome: Outcome,
}

impl Try<'_> {
    /// Says what the password was.
    pub(crate) fn end(mut self, right: bool) {
        self.outcome = if right { Outcome::Right } else { Outcome::Wrong };
    }
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        let now = self.clock.now();
        if let Some(throttle) = self.throttles.pairs().get_mut(&self.pair) {
            throttle.end(self.outcome, now);
        }
        self.throttles.ended.notify(usize::MAX);
    }
}
