//! Wrong passwords from one place, whatever the login: a stock of thirty that fills up again by ten a minute.
//!
//! [`LoginThrottle`](super::LoginThrottle) slows guesses at one login. This one slows who tries one password at many logins. It is
//! wide enough for an office behind one address, and never makes anybody wait longer than it takes to get one try back.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};

use super::{Admission, AttemptOutcome};

/// Wrong passwords that a place has in stock.
const CAPACITY: i64 = 30;
/// How long it takes to get one back, in milliseconds: ten a minute.
const REFILL_MILLIS: i64 = 6_000;

/// Where tries come from: an IPv4 address, or an IPv6 network of 64 bits, since that is what one customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientNetwork(IpAddr);

impl From<IpAddr> for ClientNetwork {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
            v4 => v4,
        })
    }
}

impl fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(v4) => write!(f, "{v4}"),
            IpAddr::V6(v6) => write!(f, "{v6}/64"),
        }
    }
}

/// The wrong passwords of one place. A right one never gives any of them back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NetworkThrottle {
    /// When the stock is full again.
    full_at: Option<Timestamp>,
    in_flight: i64,
}

impl NetworkThrottle {
    /// Whether a try may be looked at. Those that are being looked at count as if they were wrong.
    pub fn begin(&mut self, now: Timestamp) -> Admission {
        let until_full = self.until_full(now);
        let missing = until_full.div_euclid(REFILL_MILLIS) + i64::from(until_full % REFILL_MILLIS > 0);
        if missing >= CAPACITY {
            let wait = SignedDuration::from_millis(until_full - (CAPACITY - 1) * REFILL_MILLIS);
            return Admission::Rejected { until: now.checked_add(wait).unwrap_or(now) };
        }
        if missing + self.in_flight >= CAPACITY {
            return Admission::Queued;
        }
        self.in_flight += 1;
        Admission::Admitted
    }

    /// Ends a try that [`NetworkThrottle::begin`] let in.
    pub fn end(&mut self, outcome: AttemptOutcome, now: Timestamp) {
        self.in_flight = (self.in_flight - 1).max(0);
        if outcome == AttemptOutcome::Incorrect {
            let from = self.full_at.map_or(now, |full| full.max(now));
            self.full_at = from.checked_add(SignedDuration::from_millis(REFILL_MILLIS)).ok();
        }
    }

    /// Whether nothing in it matters any more at `now`.
    #[must_use]
    pub fn is_idle(&self, now: Timestamp) -> bool {
        !self.is_busy() && self.until_full(now) == 0
    }

    /// Whether a try is being looked at.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        self.in_flight > 0
    }

    /// When it will be forgotten, if anything is to be forgotten.
    #[must_use]
    pub const fn full_at(&self) -> Option<Timestamp> {
        self.full_at
    }

    /// Milliseconds until the stock is full.
    fn until_full(&self, now: Timestamp) -> i64 {
        self.full_at.map_or(0, |full| (full.as_millisecond() - now.as_millisecond()).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn source(address: &str) -> ClientNetwork {
        address.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn one_place_has_one_name() {
        assert_eq!(source("192.0.2.7"), source("::ffff:192.0.2.7"));
        assert_ne!(source("192.0.2.7"), source("192.0.2.8"));
        assert_eq!(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
        assert_eq!(source("2001:db8:1:2::1").to_string(), "2001:db8:1:2::/64");
    }

    #[test]
    fn thirty_then_one_each_six_seconds() {
        let mut throttle = NetworkThrottle::default();
        for _ in 0..CAPACITY {
            assert_eq!(throttle.begin(at(0)), Admission::Admitted);
            throttle.end(AttemptOutcome::Incorrect, at(0));
        }
        for now in [0, REFILL_MILLIS, 2 * REFILL_MILLIS] {
            let until = at(now + REFILL_MILLIS);
            assert_eq!(throttle.begin(at(now + 1)), Admission::Rejected { until });
            assert_eq!(throttle.begin(until), Admission::Admitted);
            throttle.end(AttemptOutcome::Incorrect, until);
        }
        assert!(!throttle.is_idle(at(REFILL_MILLIS * CAPACITY)));
        assert!(throttle.is_idle(at(REFILL_MILLIS * (CAPACITY + 3))));
    }

    #[test]
    fn right_passwords_cost_nothing_and_give_nothing_back() {
        let mut throttle = NetworkThrottle::default();
        for _ in 0..CAPACITY - 1 {
            assert_eq!(throttle.begin(at(0)), Admission::Admitted);
            throttle.end(AttemptOutcome::Incorrect, at(0));
        }
        let before = throttle;
        for outcome in [AttemptOutcome::Correct, AttemptOutcome::NotChecked].repeat(100) {
            assert_eq!(throttle.begin(at(0)), Admission::Admitted);
            assert_eq!(throttle.begin(at(0)), Admission::Queued, "the last one in stock is being looked at");
            throttle.end(outcome, at(0));
            assert_eq!(throttle, before);
        }
    }

    proptest::proptest! {
        /// Guesses in any rhythm, side by side or one after the other, with right passwords among them.
        #[test]
        fn never_more_than_the_stock_and_what_came_back(
            steps in proptest::collection::vec((0_i64..30_000, 0_usize..60, proptest::bool::weighted(0.2)), 1..100),
        ) {
            let mut throttle = NetworkThrottle::default();
            let (mut now, mut wrong) = (0, Vec::new());
            for (step, side_by_side, right) in steps {
                now += step;
                let let_in = (0..side_by_side).filter(|_| throttle.begin(at(now)) == Admission::Admitted).count();
                for _ in 0..let_in {
                    throttle.end(if right { AttemptOutcome::Correct } else { AttemptOutcome::Incorrect }, at(now));
                    wrong.extend((!right).then_some(now));
                }
            }
            for (i, first) in wrong.iter().enumerate() {
                for (more, last) in wrong.iter().skip(i).enumerate() {
                    let most = CAPACITY + (last - first) / REFILL_MILLIS;
                    proptest::prop_assert!(i64::try_from(more).unwrap() < most, "{more} from {first} to {last}");
                }
            }
        }

        /// Whoever is told to wait is looked at when the wait is over, and never waits longer than for one.
        #[test]
        fn a_wait_is_short_and_kept(guesses in proptest::collection::vec(0_i64..3_000, 31..200)) {
            let mut throttle = NetworkThrottle::default();
            let mut now = 0;
            for step in guesses {
                now += step;
                match throttle.begin(at(now)) {
                    Admission::Admitted => throttle.end(AttemptOutcome::Incorrect, at(now)),
                    Admission::Rejected { until } => {
                        let wait = until.as_millisecond() - now;
                        proptest::prop_assert!((1..=REFILL_MILLIS).contains(&wait), "{wait}");
                        let mut later = throttle;
                        proptest::prop_assert_eq!(later.begin(until), Admission::Admitted);
                    }
                    Admission::Queued => proptest::prop_assert!(false, "nothing is being looked at"),
                }
            }
        }
    }
}
