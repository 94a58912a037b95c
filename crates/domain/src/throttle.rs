//! Wrong passwords: a growing delay for a login from one address, and at most ten a minute.
//!
//! The count belongs to the pair (login, address), so that strangers cannot lock an owner out, and a right password
//! is never counted.

use jiff::{SignedDuration, Timestamp};

/// Wrong passwords that cost nothing but the answer.
const FREE: u32 = 4;
/// The longest delay between two tries.
const LONGEST: SignedDuration = SignedDuration::from_mins(1);
/// After this long without a wrong password the count begins anew.
const FORGOTTEN: SignedDuration = SignedDuration::from_mins(15);
/// Most wrong passwords in any minute.
const A_MINUTE: usize = 10;

/// The failures of one pair of login and address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Throttle {
    row: u32,
    recent: Vec<Timestamp>,
    last: Option<Timestamp>,
}

/// How long to wait before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// When the next try is looked at.
    pub until: Timestamp,
}

impl Throttle {
    /// Charges a try before the password is looked at, so that parallel guesses count too.
    ///
    /// # Errors
    /// [`Wait`] when it comes too early; such a try is not counted.
    pub fn charge(&mut self, now: Timestamp) -> Result<(), Wait> {
        if self.last.is_some_and(|last| now.duration_since(last) >= FORGOTTEN) {
            *self = Self::default();
        }
        self.recent.retain(|at| now.duration_since(*at) < SignedDuration::from_mins(1));
        if let Some(until) = self.last.and_then(|last| last.checked_add(self.delay()).ok()).filter(|until| now < *until)
        {
            return Err(Wait { until });
        }
        if self.recent.len() >= A_MINUTE
            && let Some(first) = self.recent.first()
        {
            return Err(Wait { until: first.checked_add(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MAX) });
        }
        self.row = self.row.saturating_add(1);
        self.recent.push(now);
        self.last = Some(now);
        Ok(())
    }

    /// Takes back the charge of a try whose password was right.
    pub fn was_right(&mut self) {
        *self = Self::default();
    }

    /// Whether nothing in it matters any more at `now`.
    #[must_use]
    pub fn is_forgotten(&self, now: Timestamp) -> bool {
        self.last.is_none_or(|last| now.duration_since(last) >= FORGOTTEN)
    }

    fn delay(&self) -> SignedDuration {
        match self.row.checked_sub(FREE) {
            None | Some(0) => SignedDuration::ZERO,
            Some(over) => SignedDuration::from_secs(1_i64 << over.min(6)).min(LONGEST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn four_are_free_then_the_delay_doubles_to_a_minute() {
        let mut throttle = Throttle::default();
        let mut now = 0;
        for _ in 0..5 {
            assert_eq!(throttle.charge(at(now)), Ok(()));
        }
        for seconds in [2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(throttle.charge(at(now + 1)), Err(Wait { until: at(now + seconds * 1000) }));
            now += seconds * 1000;
            assert_eq!(throttle.charge(at(now)), Ok(()));
        }
    }

    #[test]
    fn a_right_password_clears_it() {
        let mut throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(throttle.charge(at(0)), Ok(()));
        }
        throttle.was_right();
        assert_eq!(throttle.charge(at(1)), Ok(()));
    }

    #[test]
    fn it_is_forgotten_after_a_quarter_of_an_hour() {
        let mut throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(throttle.charge(at(0)), Ok(()));
        }
        assert!(!throttle.is_forgotten(at(14 * 60_000)));
        assert!(throttle.is_forgotten(at(15 * 60_000)));
        assert_eq!(throttle.charge(at(15 * 60_000)), Ok(()));
        assert_eq!(throttle.charge(at(15 * 60_000)), Ok(()), "the row began anew");
    }

    proptest::proptest! {
        #[test]
        fn never_more_than_ten_in_a_minute(steps in proptest::collection::vec(0_i64..20_000, 1..200)) {
            let mut throttle = Throttle::default();
            let (mut now, mut taken) = (0, Vec::new());
            for step in steps {
                now += step;
                if throttle.charge(at(now)).is_ok() {
                    taken.push(now);
                }
            }
            for (i, first) in taken.iter().enumerate() {
                assert!(taken.iter().skip(i).filter(|t| **t - first < 60_000).count() <= 10);
            }
        }
    }
}
