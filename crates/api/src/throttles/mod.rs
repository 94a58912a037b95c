//! The throttles of wrong passwords: for each login from one place, and for each place at all logins together.

mod bounded;

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use event_listener::Event;
use padlock_domain::Timestamp;
use padlock_domain::account::Login;
use padlock_domain::throttle::source::{Source, SourceThrottle};
use padlock_domain::throttle::{Outcome, Throttle, Turn};

use self::bounded::{Bounded, Known, Remembered};
use crate::ports::Clock;

/// Pairs, and places, that are remembered: a few megabytes at most.
const MOST: usize = 20_000;

type Pair = (Login, Source);

/// In memory on purpose (docs/adr/0012): a restart forgets them, and nothing hangs on them but the guesser's patience.
pub(crate) struct Throttles {
    books: Mutex<Books>,
    ended: Event,
}

/// Under one lock, so that a try takes its place in both or in none.
struct Books {
    pairs: Bounded<Pair, Throttle>,
    sources: Bounded<Source, SourceThrottle>,
    known: Bounded<Pair, Known>,
}

impl Default for Throttles {
    fn default() -> Self {
        let books = Books { pairs: Bounded::new(MOST), sources: Bounded::new(MOST), known: Bounded::new(MOST) };
        Self { books: Mutex::new(books), ended: Event::new() }
    }
}

impl Throttles {
    /// Waits for its turn among those that try the same login from the same place, and any login from there. What cannot
    /// be a login counts for the place alone.
    pub(crate) async fn enter<'a>(
        &'a self,
        login: Option<&Login>,
        address: IpAddr,
        clock: &'a dyn Clock,
    ) -> Result<Try<'a>, Timestamp> {
        let source = Source::from(address);
        let pair = login.map(|login| (login.clone(), source));
        loop {
            // Listened for before it is asked, so that no end in between is missed.
            let ended = self.ended.listen();
            let (turn, known) = self.books().begin(source, pair.as_ref(), clock.now());
            match turn {
                Turn::Now => {
                    let source = (!known).then_some(source);
                    return Ok(Try { throttles: self, clock, source, pair, outcome: Outcome::Unknown });
                }
                Turn::Later { until } => return Err(until),
                Turn::AfterAnother => ended.await,
            }
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    /// Whether a try may be looked at, and whether this login's password was right from there before. If so, it answers
    /// for its own failures only: whoever guesses from the same place does not hold its owner up.
    fn begin(&mut self, source: Source, pair: Option<&Pair>, now: Timestamp) -> (Turn, bool) {
        let known = pair.and_then(|pair| self.known.get(pair)).is_some_and(|known| !known.is_forgotten(now));
        // The place first: a place that may try nothing fills no memory with logins.
        let of_source = if known { Turn::Now } else { self.sources.entry(source, now).begin(now) };
        let (Turn::Now, Some(pair)) = (of_source, pair) else { return (of_source, known) };
        let of_pair = self.pairs.entry(pair.clone(), now).begin(now);
        if of_pair != Turn::Now && !known {
            self.sources.entry(source, now).end(Outcome::Unknown, now);
        }
        (of_pair, known)
    }

    fn end(&mut self, source: Option<Source>, pair: Option<&Pair>, outcome: Outcome, now: Timestamp) {
        if let Some(throttle) = source.and_then(|source| self.sources.get_mut(&source)) {
            throttle.end(outcome, now);
        }
        let Some(pair) = pair else { return };
        if let Some(throttle) = self.pairs.get_mut(pair) {
            throttle.end(outcome, now);
        }
        if outcome == Outcome::Right {
            self.known.entry(pair.clone(), now).0 = Some(now);
        }
    }
}

/// A try whose password is being looked at. Dropped without a word it counts for nothing.
pub(crate) struct Try<'a> {
    throttles: &'a Throttles,
    clock: &'a dyn Clock,
    /// The place, where it counts.
    source: Option<Source>,
    pair: Option<Pair>,
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
        self.throttles.books().end(self.source, self.pair.as_ref(), self.outcome, now);
        self.throttles.ended.notify(usize::MAX);
    }
}
