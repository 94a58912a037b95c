//! Limits wrong passwords for one login from one network: a growing delay, and at most ten a minute.
//!
//! The count belongs to the pair of login and network, so that strangers cannot lock the owner out. Only wrong passwords
//! are counted: correct sign-ins are never refused, however many come at once.

use jiff::{SignedDuration, Timestamp};

use super::{Admission, AttemptOutcome};

/// Wrong passwords that cost nothing but the answer.
const FREE_FAILURES: u32 = 4;
/// The longest delay between two tries.
const MAX_DELAY: SignedDuration = SignedDuration::from_mins(1);
/// After this long without a wrong password the count begins anew.
const RESET_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// Most wrong passwords in any minute, and most that are looked at side by side.
const PER_MINUTE: usize = 10;

/// The failures of one pair of login and address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoginThrottle {
    failures: u32,
    recent: Vec<Timestamp>,
    last: Option<Timestamp>,
    in_flight: usize,
}

impl LoginThrottle {
    /// Whether a try may be looked at. Those that are being looked at count as if they were wrong, so that guesses side
    /// by side gain nothing.
    pub fn begin(&mut self, now: Timestamp) -> Admission {
        if self.in_flight == 0 && self.is_idle(now) {
            *self = Self::default();
        }
        self.recent.retain(|at| now.duration_since(*at) < SignedDuration::from_mins(1));
        if let Some(until) = self.delayed_until().filter(|until| now < *until) {
            return Admission::Rejected { until };
        }
        if self.recent.len() + self.in_flight < PER_MINUTE && (self.in_flight == 0 || self.failures <= FREE_FAILURES) {
            self.in_flight += 1;
            return Admission::Admitted;
        }
        match self.recent.first().filter(|_| self.in_flight == 0) {
            Some(first) => {
                Admission::Rejected { until: first.checked_add(SignedDuration::from_mins(1)).unwrap_or(now) }
            }
            None => Admission::Queued,
        }
    }

    /// Ends a try that [`LoginThrottle::begin`] let in.
    pub fn end(&mut self, outcome: AttemptOutcome, now: Timestamp) {
        self.in_flight = self.in_flight.saturating_sub(1);
        match outcome {
            AttemptOutcome::NotChecked => {}
            AttemptOutcome::Correct => *self = Self { in_flight: self.in_flight, ..Self::default() },
            AttemptOutcome::Incorrect => {
                self.failures = self.failures.saturating_add(1);
                self.recent.push(now);
                self.last = Some(now);
            }
        }
    }

    /// Whether nothing in it matters any more at `now`.
    #[must_use]
    pub fn is_idle(&self, now: Timestamp) -> bool {
        self.in_flight == 0 && self.last.is_none_or(|last| now.duration_since(last) >= RESET_AFTER)
    }

    /// Whether a try is being looked at.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        self.in_flight > 0
    }

    /// The last wrong password that counts.
    #[must_use]
    pub const fn last_wrong(&self) -> Option<Timestamp> {
        self.last
    }

    fn delayed_until(&self) -> Option<Timestamp> {
        let delay = match self.failures.checked_sub(FREE_FAILURES) {
            None | Some(0) => SignedDuration::ZERO,
            Some(over) => SignedDuration::from_secs(1_i64 << over.min(6)).min(MAX_DELAY),
        };
        self.last.and_then(|last| last.checked_add(delay).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn wrong(throttle: &mut LoginThrottle, now: i64) -> Admission {
        let turn = throttle.begin(at(now));
        if turn == Admission::Admitted {
            throttle.end(AttemptOutcome::Incorrect, at(now));
        }
        turn
    }

    #[test]
    fn four_are_free_then_the_delay_doubles_to_a_minute() {
        let mut throttle = LoginThrottle::default();
        let mut now = 0;
        for _ in 0..5 {
            assert_eq!(wrong(&mut throttle, now), Admission::Admitted);
        }
        for seconds in [2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(wrong(&mut throttle, now + 1), Admission::Rejected { until: at(now + seconds * 1000) });
            now += seconds * 1000;
            assert_eq!(wrong(&mut throttle, now), Admission::Admitted);
        }
    }

    #[test]
    fn right_passwords_are_never_counted_nor_held_up_for_long() {
        let mut throttle = LoginThrottle::default();
        for _ in 0..PER_MINUTE {
            assert_eq!(throttle.begin(at(0)), Admission::Admitted);
        }
        assert_eq!(throttle.begin(at(0)), Admission::Queued, "all of them could be wrong");
        for _ in 0..1_000 {
            throttle.end(AttemptOutcome::Correct, at(0));
            assert_eq!(throttle.begin(at(0)), Admission::Admitted);
        }
    }

    #[test]
    fn what_was_never_looked_at_costs_nothing() {
        let mut throttle = LoginThrottle::default();
        for _ in 0..100 {
            assert_eq!(throttle.begin(at(0)), Admission::Admitted);
            throttle.end(AttemptOutcome::NotChecked, at(0));
        }
        assert_eq!(throttle, LoginThrottle::default());
    }

    #[test]
    fn it_is_idle_after_a_quarter_of_an_hour() {
        let mut throttle = LoginThrottle::default();
        for _ in 0..5 {
            assert_eq!(wrong(&mut throttle, 0), Admission::Admitted);
        }
        assert!(!throttle.is_idle(at(14 * 60_000)));
        assert!(throttle.is_idle(at(15 * 60_000)));
        assert_eq!(wrong(&mut throttle, 15 * 60_000), Admission::Admitted);
        assert_eq!(wrong(&mut throttle, 15 * 60_000), Admission::Admitted, "the row began anew");
    }

    proptest::proptest! {
        /// Guesses in any rhythm, side by side or one after the other.
        #[test]
        fn never_more_than_ten_in_a_minute(steps in proptest::collection::vec((0_i64..20_000, 0_usize..20), 1..200)) {
            let mut throttle = LoginThrottle::default();
            let (mut now, mut taken) = (0, Vec::new());
            for (step, side_by_side) in steps {
                now += step;
                let let_in = (0..side_by_side).filter(|_| throttle.begin(at(now)) == Admission::Admitted).count();
                for _ in 0..let_in {
                    throttle.end(AttemptOutcome::Incorrect, at(now));
                    taken.push(now);
                }
            }
            for (i, first) in taken.iter().enumerate() {
                assert!(taken.iter().skip(i).filter(|t| **t - first < 60_000).count() <= PER_MINUTE);
            }
        }
    }
}
