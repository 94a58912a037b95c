//! Wrong passwords: a growing delay for a login from one address, and at most ten a minute.
//!
//! The count belongs to the pair (login, address), so that strangers cannot lock an owner out, and only wrong passwords
//! are counted: however many people sign in with right ones at once, nobody is refused for it. What one address may try
//! at all logins together is in [`source`].

pub mod source;

use jiff::{SignedDuration, Timestamp};

/// Wrong passwords that cost nothing but the answer.
const FREE: u32 = 4;
/// The longest delay between two tries.
const LONGEST: SignedDuration = SignedDuration::from_mins(1);
/// After this long without a wrong password the count begins anew.
const FORGOTTEN: SignedDuration = SignedDuration::from_mins(15);
/// Most wrong passwords in any minute, and most that are looked at side by side.
const A_MINUTE: usize = 10;

/// The failures of one pair of login and address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Throttle {
    row: u32,
    recent: Vec<Timestamp>,
    last: Option<Timestamp>,
    looked_at: usize,
}

/// What becomes of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Look at its password, then say what it was by [`Throttle::end`].
    Now,
    /// So many are being looked at that all of them could be wrong; ask again when one of them has ended.
    AfterAnother,
    /// It comes too early; refuse it. It is not counted.
    Later {
        /// When the next try is looked at.
        until: Timestamp,
    },
}

/// What a password was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Right.
    Right,
    /// Wrong.
    Wrong,
    /// It was never looked at, for reasons of ours.
    Unknown,
}

impl Throttle {
    /// Whether a try may be looked at. Those that are being looked at count as if they were wrong, so that guesses side
    /// by side gain nothing.
    pub fn begin(&mut self, now: Timestamp) -> Turn {
        if self.looked_at == 0 && self.is_forgotten(now) {
            *self = Self::default();
        }
        self.recent.retain(|at| now.duration_since(*at) < SignedDuration::from_mins(1));
        if let Some(until) = self.delayed_until().filter(|until| now < *until) {
            return Turn::Later { until };
        }
        if self.recent.len() + self.looked_at < A_MINUTE && (self.looked_at == 0 || self.row <= FREE) {
            self.looked_at += 1;
            return Turn::Now;
        }
        match self.recent.first().filter(|_| self.looked_at == 0) {
            Some(first) => Turn::Later { until: first.checked_add(SignedDuration::from_mins(1)).unwrap_or(now) },
            None => Turn::AfterAnother,
        }
    }

    /// Ends a try that [`Throttle::begin`] let in.
    pub fn end(&mut self, outcome: Outcome, now: Timestamp) {
        self.looked_at = self.looked_at.saturating_sub(1);
        match outcome {
            Outcome::Unknown => {}
            Outcome::Right => *self = Self { looked_at: self.looked_at, ..Self::default() },
            Outcome::Wrong => {
                self.row = self.row.saturating_add(1);
                self.recent.push(now);
                self.last = Some(now);
            }
        }
    }

    /// Whether nothing in it matters any more at `now`.
    #[must_use]
    pub fn is_forgotten(&self, now: Timestamp) -> bool {
        self.looked_at == 0 && self.last.is_none_or(|last| now.duration_since(last) >= FORGOTTEN)
    }

    /// Whether a try is being looked at.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        self.looked_at > 0
    }

    /// The last wrong password that counts.
    #[must_use]
    pub const fn last_wrong(&self) -> Option<Timestamp> {
        self.last
    }

    fn delayed_until(&self) -> Option<Timestamp> {
        let delay = match self.row.checked_sub(FREE) {
            None | Some(0) => SignedDuration::ZERO,
            Some(over) => SignedDuration::from_secs(1_i64 << over.min(6)).min(LONGEST),
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

    fn wrong(throttle: &mut Throttle, now: i64) -> Turn {
        let turn = throttle.begin(at(now));
        if turn == Turn::Now {
            throttle.end(Outcome::Wrong, at(now));
        }
        turn
    }

    #[test]
    fn four_are_free_then_the_delay_doubles_to_a_minute() {
        let mut throttle = Throttle::default();
        let mut now = 0;
        for _ in 0..5 {
            assert_eq!(wrong(&mut throttle, now), Turn::Now);
        }
        for seconds in [2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(wrong(&mut throttle, now + 1), Turn::Later { until: at(now + seconds * 1000) });
            now += seconds * 1000;
            assert_eq!(wrong(&mut throttle, now), Turn::Now);
        }
    }

    #[test]
    fn right_passwords_are_never_counted_nor_held_up_for_long() {
        let mut throttle = Throttle::default();
        for _ in 0..A_MINUTE {
            assert_eq!(throttle.begin(at(0)), Turn::Now);
        }
        assert_eq!(throttle.begin(at(0)), Turn::AfterAnother, "all of them could be wrong");
        for _ in 0..1_000 {
            throttle.end(Outcome::Right, at(0));
            assert_eq!(throttle.begin(at(0)), Turn::Now);
        }
    }

    #[test]
    fn what_was_never_looked_at_costs_nothing() {
        let mut throttle = Throttle::default();
        for _ in 0..100 {
            assert_eq!(throttle.begin(at(0)), Turn::Now);
            throttle.end(Outcome::Unknown, at(0));
        }
        assert_eq!(throttle, Throttle::default());
    }

    #[test]
    fn it_is_forgotten_after_a_quarter_of_an_hour() {
        let mut throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(wrong(&mut throttle, 0), Turn::Now);
        }
        assert!(!throttle.is_forgotten(at(14 * 60_000)));
        assert!(throttle.is_forgotten(at(15 * 60_000)));
        assert_eq!(wrong(&mut throttle, 15 * 60_000), Turn::Now);
        assert_eq!(wrong(&mut throttle, 15 * 60_000), Turn::Now, "the row began anew");
    }

    proptest::proptest! {
        /// Guesses in any rhythm, side by side or one after the other.
        #[test]
        fn never_more_than_ten_in_a_minute(steps in proptest::collection::vec((0_i64..20_000, 0_usize..20), 1..200)) {
            let mut throttle = Throttle::default();
            let (mut now, mut taken) = (0, Vec::new());
            for (step, side_by_side) in steps {
                now += step;
                let let_in = (0..side_by_side).filter(|_| throttle.begin(at(now)) == Turn::Now).count();
                for _ in 0..let_in {
                    throttle.end(Outcome::Wrong, at(now));
                    taken.push(now);
                }
            }
            for (i, first) in taken.iter().enumerate() {
                assert!(taken.iter().skip(i).filter(|t| **t - first < 60_000).count() <= A_MINUTE);
            }
        }
    }
}
