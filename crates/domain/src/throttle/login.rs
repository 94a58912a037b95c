//! Limits wrong passwords for one login from one network: an increasing delay, and at most ten per minute.
//!
//! The limit applies per login and network, so that others cannot lock the owner out. Only wrong passwords count.

use jiff::{SignedDuration, Timestamp};

use super::{Admission, AttemptOutcome};
use crate::backoff::exponential_backoff;
use crate::time::saturating_add;

/// The number of wrong passwords without a delay.
const FREE_FAILURES: u32 = 4;
const MAX_DELAY: SignedDuration = SignedDuration::from_mins(1);
/// How long after the last wrong password the count is reset.
const RESET_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// Also bounds the number of concurrent attempts.
const MAX_FAILURES_PER_MINUTE: usize = 10;

/// The recent wrong passwords for one login from one network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoginThrottle {
    failures: u32,
    last_minute: Vec<Timestamp>,
    last_failure: Option<Timestamp>,
    in_flight: usize,
}

impl LoginThrottle {
    /// Decides whether the password of an attempt may be checked. Attempts in progress count as wrong, so that
    /// concurrent guesses do not exceed the limit.
    pub fn admit(&mut self, now: Timestamp) -> Admission {
        if self.in_flight == 0 && self.is_idle(now) {
            *self = Self::default();
        }
        self.last_minute.retain(|at| now.duration_since(*at) < SignedDuration::from_mins(1));
        if let Some(until) = self.delayed_until().filter(|until| now < *until) {
            return Admission::Rejected { until };
        }
        if self.last_minute.len() + self.in_flight < MAX_FAILURES_PER_MINUTE
            && (self.in_flight == 0 || self.failures <= FREE_FAILURES)
        {
            self.in_flight += 1;
            return Admission::Admitted;
        }
        match self.last_minute.first().filter(|_| self.in_flight == 0) {
            Some(first) => Admission::Rejected { until: saturating_add(*first, SignedDuration::from_mins(1)) },
            None => Admission::Queued,
        }
    }

    /// Records the outcome of an attempt that [`LoginThrottle::admit`] admitted.
    pub fn record(&mut self, outcome: AttemptOutcome, now: Timestamp) {
        self.in_flight = self.in_flight.saturating_sub(1);
        match outcome {
            AttemptOutcome::NotChecked => {}
            AttemptOutcome::Correct => *self = Self { in_flight: self.in_flight, ..Self::default() },
            AttemptOutcome::Incorrect => {
                self.failures = self.failures.saturating_add(1);
                self.last_minute.push(now);
                self.last_failure = Some(now);
            }
        }
    }

    /// Returns whether the throttle can be forgotten at `now`.
    #[must_use]
    pub fn is_idle(&self, now: Timestamp) -> bool {
        self.in_flight == 0 && self.last_failure.is_none_or(|last| now.duration_since(last) >= RESET_AFTER)
    }

    /// Returns whether an attempt is in progress.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        self.in_flight > 0
    }

    /// Returns the time of the last wrong password.
    #[must_use]
    pub const fn last_failure(&self) -> Option<Timestamp> {
        self.last_failure
    }

    fn delayed_until(&self) -> Option<Timestamp> {
        let delay = match self.failures.checked_sub(FREE_FAILURES) {
            None | Some(0) => SignedDuration::ZERO,
            Some(delayed) => exponential_backoff(SignedDuration::from_secs(1), delayed, MAX_DELAY),
        };
        self.last_failure.map(|last| saturating_add(last, delay))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn fail(throttle: &mut LoginThrottle, now: i64) -> Admission {
        let admission = throttle.admit(at(now));
        if admission == Admission::Admitted {
            throttle.record(AttemptOutcome::Incorrect, at(now));
        }
        admission
    }

    #[test]
    fn from_the_fifth_wrong_password_the_delay_doubles_up_to_a_minute() {
        let mut throttle = LoginThrottle::default();
        let mut now = 0;
        for _ in 0..5 {
            assert_eq!(fail(&mut throttle, now), Admission::Admitted);
        }
        for seconds in [2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(fail(&mut throttle, now + 1), Admission::Rejected { until: at(now + seconds * 1000) });
            now += seconds * 1000;
            assert_eq!(fail(&mut throttle, now), Admission::Admitted);
        }
    }

    #[test]
    fn correct_passwords_do_not_count() {
        let mut throttle = LoginThrottle::default();
        for _ in 0..MAX_FAILURES_PER_MINUTE {
            assert_eq!(throttle.admit(at(0)), Admission::Admitted);
        }
        assert_eq!(throttle.admit(at(0)), Admission::Queued, "all of them could be wrong");
        for _ in 0..1_000 {
            throttle.record(AttemptOutcome::Correct, at(0));
            assert_eq!(throttle.admit(at(0)), Admission::Admitted);
        }
    }

    #[test]
    fn unchecked_passwords_do_not_count() {
        let mut throttle = LoginThrottle::default();
        for _ in 0..100 {
            assert_eq!(throttle.admit(at(0)), Admission::Admitted);
            throttle.record(AttemptOutcome::NotChecked, at(0));
        }
        assert_eq!(throttle, LoginThrottle::default());
    }

    #[test]
    fn the_count_is_reset_after_fifteen_minutes() {
        let mut throttle = LoginThrottle::default();
        for _ in 0..5 {
            assert_eq!(fail(&mut throttle, 0), Admission::Admitted);
        }
        assert!(!throttle.is_idle(at(14 * 60_000)));
        assert!(throttle.is_idle(at(15 * 60_000)));
        assert_eq!(fail(&mut throttle, 15 * 60_000), Admission::Admitted);
        assert_eq!(fail(&mut throttle, 15 * 60_000), Admission::Admitted, "the count was reset");
    }

    proptest::proptest! {
        /// Sequential and concurrent guesses at any interval.
        #[test]
        fn at_most_ten_failures_per_minute(steps in proptest::collection::vec((0_i64..20_000, 0_usize..20), 1..200)) {
            let mut throttle = LoginThrottle::default();
            let (mut now, mut checked) = (0, Vec::new());
            for (pause, concurrent) in steps {
                now += pause;
                let admitted = (0..concurrent).filter(|_| throttle.admit(at(now)) == Admission::Admitted).count();
                for _ in 0..admitted {
                    throttle.record(AttemptOutcome::Incorrect, at(now));
                    checked.push(now);
                }
            }
            for (i, first) in checked.iter().enumerate() {
                assert!(checked.iter().skip(i).filter(|t| **t - first < 60_000).count() <= MAX_FAILURES_PER_MINUTE);
            }
        }
    }
}
