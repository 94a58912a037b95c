//! The throttles of wrong passwords: for each login from one place, and for each place at all logins together.

mod bounded_map;

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use event_listener::Event;
use padlock_domain::Timestamp;
use padlock_domain::account::Login;
use padlock_domain::throttle::{Admission, AttemptOutcome, ClientNetwork, LoginThrottle, NetworkThrottle};

use self::bounded_map::{BoundedMap, Evictable, LastSuccess};
use crate::ports::Clock;

/// Pairs, and places, that are remembered: a few megabytes at most.
const MOST: usize = 20_000;

type Pair = (Login, ClientNetwork);

/// In memory on purpose (docs/adr/0012): a restart forgets them, and nothing hangs on them but the guesser's patience.
pub(crate) struct PasswordThrottles {
    books: Mutex<ThrottleTables>,
    ended: Event,
}

/// Under one lock, so that a try takes its place in both or in none.
struct ThrottleTables {
    pairs: BoundedMap<Pair, LoginThrottle>,
    sources: BoundedMap<ClientNetwork, NetworkThrottle>,
    known: BoundedMap<Pair, LastSuccess>,
}

impl Default for PasswordThrottles {
    fn default() -> Self {
        let books = ThrottleTables {
            pairs: BoundedMap::new(MOST),
            sources: BoundedMap::new(MOST),
            known: BoundedMap::new(MOST),
        };
        Self { books: Mutex::new(books), ended: Event::new() }
    }
}

impl PasswordThrottles {
    /// Waits for its turn among those that try the same login from the same place, and any login from there. What cannot
    /// be a login counts for the place alone.
    pub(crate) async fn enter<'a>(
        &'a self,
        login: Option<&Login>,
        address: IpAddr,
        clock: &'a dyn Clock,
    ) -> Result<PasswordAttempt<'a>, Timestamp> {
        let source = ClientNetwork::from(address);
        let pair = login.map(|login| (login.clone(), source));
        loop {
            // Listened for before it is asked, so that no end in between is missed.
            let ended = self.ended.listen();
            let (turn, known) = self.books().begin(source, pair.as_ref(), clock.now());
            match turn {
                Admission::Admitted => {
                    let source = (!known).then_some(source);
                    return Ok(PasswordAttempt {
                        throttles: self,
                        clock,
                        source,
                        pair,
                        outcome: AttemptOutcome::NotChecked,
                    });
                }
                Admission::Rejected { until } => return Err(until),
                Admission::Queued => ended.await,
            }
        }
    }

    fn books(&self) -> MutexGuard<'_, ThrottleTables> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ThrottleTables {
    /// Whether a try may be looked at, and whether this login's password was right from there before. If so, it answers
    /// for its own failures only: whoever guesses from the same place does not hold its owner up.
    fn begin(&mut self, source: ClientNetwork, pair: Option<&Pair>, now: Timestamp) -> (Admission, bool) {
        let known = pair.and_then(|pair| self.known.get(pair)).is_some_and(|known| !known.is_idle(now));
        // The place first: a place that may try nothing fills no memory with logins.
        let of_source = if known { Admission::Admitted } else { self.sources.entry(source, now).begin(now) };
        let (Admission::Admitted, Some(pair)) = (of_source, pair) else { return (of_source, known) };
        let of_pair = self.pairs.entry(pair.clone(), now).begin(now);
        if of_pair != Admission::Admitted && !known {
            self.sources.entry(source, now).end(AttemptOutcome::NotChecked, now);
        }
        (of_pair, known)
    }

    fn end(&mut self, source: Option<ClientNetwork>, pair: Option<&Pair>, outcome: AttemptOutcome, now: Timestamp) {
        if let Some(throttle) = source.and_then(|source| self.sources.get_mut(&source)) {
            throttle.end(outcome, now);
        }
        let Some(pair) = pair else { return };
        if let Some(throttle) = self.pairs.get_mut(pair) {
            throttle.end(outcome, now);
        }
        if outcome == AttemptOutcome::Correct {
            self.known.entry(pair.clone(), now).0 = Some(now);
        }
    }
}

/// A try whose password is being looked at. Dropped without a word it counts for nothing.
pub(crate) struct PasswordAttempt<'a> {
    throttles: &'a PasswordThrottles,
    clock: &'a dyn Clock,
    /// The place, where it counts.
    source: Option<ClientNetwork>,
    pair: Option<Pair>,
    outcome: AttemptOutcome,
}

impl PasswordAttempt<'_> {
    /// Says what the password was.
    pub(crate) fn end(mut self, right: bool) {
        self.outcome = if right { AttemptOutcome::Correct } else { AttemptOutcome::Incorrect };
    }
}

impl Drop for PasswordAttempt<'_> {
    fn drop(&mut self) {
        let now = self.clock.now();
        self.throttles.books().end(self.source, self.pair.as_ref(), self.outcome, now);
        self.throttles.ended.notify(usize::MAX);
    }
}
