//! Wrong passwords from one place, whatever the login: a stock of thirty that fills up again by ten a minute.
//!
//! [`Throttle`](super::Throttle) slows guesses at one login. This one slows who tries one password at many logins. It is
//! wide enough for an office behind one address, and never makes anybody wait longer than it takes to get one try back.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};

use super::{Outcome, Turn};

/// Wrong passwords that a place has in stock.
const STOCK: i64 = 30;
/// How long it takes to get one back, in milliseconds: ten a minute.
const ONE_BACK: i64 = 6_000;

/// Where tries come from: an IPv4 address, or an IPv6 network of 64 bits, since that is what one customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(IpAddr);

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
            v4 => v4,
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(v4) => write!(f, "{v4}"),
            IpAddr::V6(v6) => write!(f, "{v6}/64"),
        }
    }
}

/// The wrong passwords of one place. A right one never gives any of them back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SourceThrottle {
    /// When the stock is full again.
    full: Option<Timestamp>,
    looked_at: i64,
}

impl SourceThrottle {
    /// Whether a try may be looked at. Those that are being looked at count as if they were wrong.
    pub fn begin(&mut self, now: Timestamp) -> Turn {
        let until_full = self.until_full(now);
        let missing = until_full.div_euclid(ONE_BACK) + i64::from(until_full % ONE_BACK > 0);
        if missing >= STOCK {
            let wait = SignedDuration::from_millis(until_full - (STOCK - 1) * ONE_BACK);
            return Turn::Later { until: now.checked_add(wait).unwrap_or(now) };
        }
        if missing + self.looked_at >= STOCK {
            return Turn::AfterAnother;
        }
        self.looked_at += 1;
        Turn::Now
    }

    /// Ends a try that [`SourceThrottle::begin`] let in.
    pub fn end(&mut self, outcome: Outcome, now: Timestamp) {
        self.looked_at = (self.looked_at - 1).max(0);
        if outcome == Outcome::Wrong {
            let from = self.full.map_or(now, |full| full.max(now));
            self.full = from.checked_add(SignedDuration::from_millis(ONE_BACK)).ok();
        }
    }

    /// Whether nothing in it matters any more at `now`.
    #[must_use]
    pub fn is_forgotten(&self, now: Timestamp) -> bool {
        !self.is_busy() && self.until_full(now) == 0
    }

    /// Whether a try is being looked at.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        self.looked_at > 0
    }

    /// When it will be forgotten, if anything is to be forgotten.
    #[must_use]
    pub const fn full_again(&self) -> Option<Timestamp> {
        self.full
    }

    /// Milliseconds until the stock is full.
    fn until_full(&self, now: Timestamp) -> i64 {
        self.full.map_or(0, |full| (full.as_millisecond() - now.as_millisecond()).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn source(address: &str) -> Source {
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
        let mut throttle = SourceThrottle::default();
        for _ in 0..STOCK {
            assert_eq!(throttle.begin(at(0)), Turn::Now);
            throttle.end(Outcome::Wrong, at(0));
        }
        for now in [0, ONE_BACK, 2 * ONE_BACK] {
            let until = at(now + ONE_BACK);
            assert_eq!(throttle.begin(at(now + 1)), Turn::Later { until });
            assert_eq!(throttle.begin(until), Turn::Now);
            throttle.end(Outcome::Wrong, until);
        }
        assert!(!throttle.is_forgotten(at(ONE_BACK * STOCK)));
        assert!(throttle.is_forgotten(at(ONE_BACK * (STOCK + 3))));
    }

    #[test]
    fn right_passwords_cost_nothing_and_give_nothing_back() {
        let mut throttle = SourceThrottle::default();
        for _ in 0..STOCK - 1 {
            assert_eq!(throttle.begin(at(0)), Turn::Now);
            throttle.end(Outcome::Wrong, at(0));
        }
        let before = throttle;
        for outcome in [Outcome::Right, Outcome::Unknown].repeat(100) {
            assert_eq!(throttle.begin(at(0)), Turn::Now);
            assert_eq!(throttle.begin(at(0)), Turn::AfterAnother, "the last one in stock is being looked at");
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
            let mut throttle = SourceThrottle::default();
            let (mut now, mut wrong) = (0, Vec::new());
            for (step, side_by_side, right) in steps {
                now += step;
                let let_in = (0..side_by_side).filter(|_| throttle.begin(at(now)) == Turn::Now).count();
                for _ in 0..let_in {
                    throttle.end(if right { Outcome::Right } else { Outcome::Wrong }, at(now));
                    wrong.extend((!right).then_some(now));
                }
            }
            for (i, first) in wrong.iter().enumerate() {
                for (more, last) in wrong.iter().skip(i).enumerate() {
                    let most = STOCK + (last - first) / ONE_BACK;
                    proptest::prop_assert!(i64::try_from(more).unwrap() < most, "{more} from {first} to {last}");
                }
            }
        }

        /// Whoever is told to wait is looked at when the wait is over, and never waits longer than for one.
        #[test]
        fn a_wait_is_short_and_kept(guesses in proptest::collection::vec(0_i64..3_000, 31..200)) {
            let mut throttle = SourceThrottle::default();
            let mut now = 0;
            for step in guesses {
                now += step;
                match throttle.begin(at(now)) {
                    Turn::Now => throttle.end(Outcome::Wrong, at(now)),
                    Turn::Later { until } => {
                        let wait = until.as_millisecond() - now;
                        proptest::prop_assert!((1..=ONE_BACK).contains(&wait), "{wait}");
                        let mut later = throttle;
                        proptest::prop_assert_eq!(later.begin(until), Turn::Now);
                    }
                    Turn::AfterAnother => proptest::prop_assert!(false, "nothing is being looked at"),
                }
            }
        }
    }
}
