//! Limits wrong passwords from one network for all logins: a token bucket of thirty, refilled with ten per minute.
//!
//! It slows password spraying, which [`LoginThrottle`](super::LoginThrottle) does not. The limit is high enough for an
//! office behind one address.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};

use super::{Admission, AttemptOutcome};
use crate::time::saturating_add;

const CAPACITY: i64 = 30;
const MILLIS_PER_TOKEN: i64 = 6_000;

/// The network of a client: an IPv4 address or an IPv6 /64 prefix, since one customer usually has a whole /64.
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

/// The token bucket of one network. Each wrong password takes a token; a correct one returns none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NetworkThrottle {
    full_at: Option<Timestamp>,
    in_flight: i64,
}

impl NetworkThrottle {
    /// Decides whether the password of an attempt may be checked. Attempts in progress count as wrong.
    pub fn admit(&mut self, now: Timestamp) -> Admission {
        let millis_until_full = self.millis_until_full(now);
        let missing =
            millis_until_full.div_euclid(MILLIS_PER_TOKEN) + i64::from(millis_until_full % MILLIS_PER_TOKEN > 0);
        if missing >= CAPACITY {
            let wait = SignedDuration::from_millis(millis_until_full - (CAPACITY - 1) * MILLIS_PER_TOKEN);
            return Admission::Rejected { until: saturating_add(now, wait) };
        }
        if missing + self.in_flight >= CAPACITY {
            return Admission::Queued;
        }
        self.in_flight += 1;
        Admission::Admitted
    }

    /// Records the outcome of an attempt that [`NetworkThrottle::admit`] admitted.
    pub fn record(&mut self, outcome: AttemptOutcome, now: Timestamp) {
        self.in_flight = (self.in_flight - 1).max(0);
        if outcome == AttemptOutcome::Incorrect {
            let start = self.full_at.map_or(now, |full| full.max(now));
            self.full_at = start.checked_add(SignedDuration::from_millis(MILLIS_PER_TOKEN)).ok();
        }
    }

    /// Returns whether the throttle can be forgotten at `now`.
    #[must_use]
    pub fn is_idle(&self, now: Timestamp) -> bool {
        !self.is_busy() && self.millis_until_full(now) == 0
    }

    /// Returns whether an attempt is in progress.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        self.in_flight > 0
    }

    /// Returns the time at which the bucket is full again, if a token was taken.
    #[must_use]
    pub const fn full_at(&self) -> Option<Timestamp> {
        self.full_at
    }

    fn millis_until_full(&self, now: Timestamp) -> i64 {
        self.full_at.map_or(0, |full| (full.as_millisecond() - now.as_millisecond()).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn network(address: &str) -> ClientNetwork {
        address.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn addresses_of_one_network_are_equal() {
        assert_eq!(network("192.0.2.7"), network("::ffff:192.0.2.7"));
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("2001:db8:1:2::1").to_string(), "2001:db8:1:2::/64");
    }

    #[test]
    fn thirty_wrong_passwords_then_one_every_six_seconds() {
        let mut throttle = NetworkThrottle::default();
        for _ in 0..CAPACITY {
            assert_eq!(throttle.admit(at(0)), Admission::Admitted);
            throttle.record(AttemptOutcome::Incorrect, at(0));
        }
        for now in [0, MILLIS_PER_TOKEN, 2 * MILLIS_PER_TOKEN] {
            let until = at(now + MILLIS_PER_TOKEN);
            assert_eq!(throttle.admit(at(now + 1)), Admission::Rejected { until });
            assert_eq!(throttle.admit(until), Admission::Admitted);
            throttle.record(AttemptOutcome::Incorrect, until);
        }
        assert!(!throttle.is_idle(at(MILLIS_PER_TOKEN * CAPACITY)));
        assert!(throttle.is_idle(at(MILLIS_PER_TOKEN * (CAPACITY + 3))));
    }

    #[test]
    fn correct_passwords_neither_take_nor_return_tokens() {
        let mut throttle = NetworkThrottle::default();
        for _ in 0..CAPACITY - 1 {
            assert_eq!(throttle.admit(at(0)), Admission::Admitted);
            throttle.record(AttemptOutcome::Incorrect, at(0));
        }
        let before = throttle;
        for outcome in [AttemptOutcome::Correct, AttemptOutcome::NotChecked].repeat(100) {
            assert_eq!(throttle.admit(at(0)), Admission::Admitted);
            assert_eq!(
                throttle.admit(at(0)),
                Admission::Queued,
                "the last token may be taken by the attempt in progress"
            );
            throttle.record(outcome, at(0));
            assert_eq!(throttle, before);
        }
    }

    proptest::proptest! {
        /// Sequential and concurrent guesses at any interval, with correct passwords among them.
        #[test]
        fn wrong_passwords_never_exceed_the_capacity_and_the_refill(
            steps in proptest::collection::vec((0_i64..30_000, 0_usize..60, proptest::bool::weighted(0.2)), 1..100),
        ) {
            let mut throttle = NetworkThrottle::default();
            let (mut now, mut wrong) = (0, Vec::new());
            for (pause, concurrent, correct) in steps {
                now += pause;
                let admitted = (0..concurrent).filter(|_| throttle.admit(at(now)) == Admission::Admitted).count();
                for _ in 0..admitted {
                    throttle.record(if correct { AttemptOutcome::Correct } else { AttemptOutcome::Incorrect }, at(now));
                    wrong.extend((!correct).then_some(now));
                }
            }
            for (i, first) in wrong.iter().enumerate() {
                for (count, last) in wrong.iter().skip(i).enumerate() {
                    let max = CAPACITY + (last - first) / MILLIS_PER_TOKEN;
                    proptest::prop_assert!(i64::try_from(count).unwrap() < max, "{count} from {first} to {last}");
                }
            }
        }

        /// A rejected attempt is admitted after its wait, which is never longer than one token takes.
        #[test]
        fn a_wait_ends_in_time_and_within_one_refill(guesses in proptest::collection::vec(0_i64..3_000, 31..200)) {
            let mut throttle = NetworkThrottle::default();
            let mut now = 0;
            for pause in guesses {
                now += pause;
                match throttle.admit(at(now)) {
                    Admission::Admitted => throttle.record(AttemptOutcome::Incorrect, at(now)),
                    Admission::Rejected { until } => {
                        let wait = until.as_millisecond() - now;
                        proptest::prop_assert!((1..=MILLIS_PER_TOKEN).contains(&wait), "{wait}");
                        let mut later = throttle;
                        proptest::prop_assert_eq!(later.admit(until), Admission::Admitted);
                    }
                    Admission::Queued => proptest::prop_assert!(false, "no attempt is in progress"),
                }
            }
        }
    }
}
