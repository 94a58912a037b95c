//! Limits on wrong codes.
//!
//! ```text
//! consecutive wrong codes   effect of the last one
//!  1 … 4                    none
//!  5                        wait of one minute
//!  6 … 9                    none
//! 10 … 49                   wait of one minute, doubled each time up to an hour
//! 50                        blocked: only recovery codes and Support reset the count
//! ```
//!
//! The count belongs to the account's second factor, across sessions, challenges and addresses. Only a correct code
//! resets it. [`Attempts::record`] counts an attempt, and the caller commits the count, before the code is verified.
//! Crashes and concurrent requests therefore allow no additional attempts.

use jiff::{SignedDuration, Timestamp};

use crate::backoff::exponential_backoff;
use crate::time::saturating_add;

/// The number of consecutive wrong codes that causes the first wait.
pub const FIRST_WAIT_AFTER: u32 = 5;
/// The number of consecutive wrong codes from which the waits increase.
pub const BACKOFF_AFTER: u32 = 10;
/// The number of consecutive wrong codes that blocks the second factor.
pub const BLOCK_AFTER: u32 = 50;
const MIN_WAIT: SignedDuration = SignedDuration::from_mins(1);
const MAX_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// The attempts at the codes of a second factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Attempts {
    /// The number of attempts since the last correct code.
    pub count: u32,
    /// The time until which attempts are refused, if any.
    pub wait_until: Option<Timestamp>,
}

/// The kind of code that is attempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// A code of the second factor.
    Code,
    /// A recovery code.
    RecoveryCode,
}

/// Why an attempt is refused without counting it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptRefused {
    /// The attempt comes too early.
    Wait {
        /// The time from which an attempt is allowed again.
        until: Timestamp,
    },
    /// The second factor is blocked.
    Blocked,
}

impl Attempts {
    /// Counts an attempt, as if its code were wrong.
    ///
    /// # Errors
    /// Returns [`AttemptRefused`] if the code must not be verified.
    pub fn record(self, kind: CodeKind, now: Timestamp) -> Result<Self, AttemptRefused> {
        if self.is_blocked() {
            return match kind {
                CodeKind::Code => Err(AttemptRefused::Blocked),
                // Not limited: 75 bits cannot be guessed, and a limit would let an attacker who knows the password lock
                // the owner out.
                CodeKind::RecoveryCode => Ok(self),
            };
        }
        if let Some(until) = self.wait_until.filter(|until| now < *until) {
            return Err(AttemptRefused::Wait { until });
        }
        let count = self.count.saturating_add(1);
        Ok(Self { count, wait_until: wait(count).map(|wait| saturating_add(now, wait)) })
    }

    /// Returns whether the second factor is blocked, so that only recovery codes are accepted.
    #[must_use]
    pub const fn is_blocked(self) -> bool {
        self.count >= BLOCK_AFTER
    }

    /// Returns the number of wrong codes that are allowed before the next wait. None is during a wait, and one after each wait
    /// that is followed by another.
    #[must_use]
    pub fn remaining(self, now: Timestamp) -> u32 {
        if self.is_blocked() || self.wait_until.is_some_and(|until| now < until) {
            return 0;
        }
        match self.count {
            count @ 0..FIRST_WAIT_AFTER => FIRST_WAIT_AFTER - count,
            count @ FIRST_WAIT_AFTER..BACKOFF_AFTER => BACKOFF_AFTER - count,
            _ => 1,
        }
    }
}

fn wait(count: u32) -> Option<SignedDuration> {
    match count {
        FIRST_WAIT_AFTER => Some(MIN_WAIT),
        BACKOFF_AFTER.. => Some(exponential_backoff(MIN_WAIT, count - BACKOFF_AFTER, MAX_WAIT)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Records attempts as early as allowed. Returns the second of each.
    fn attempt_repeatedly(count: usize) -> (Attempts, Vec<i64>) {
        let (mut attempts, mut now, mut times) = (Attempts::default(), 0, Vec::new());
        for _ in 0..count {
            if let Err(AttemptRefused::Wait { until }) = attempts.record(CodeKind::Code, at(now)) {
                now = until.as_second();
            }
            attempts = attempts.record(CodeKind::Code, at(now)).unwrap();
            times.push(now);
        }
        (attempts, times)
    }

    #[test]
    fn the_fifth_wrong_code_waits_a_minute_and_from_the_tenth_waits_double() {
        let (_, times) = attempt_repeatedly(18);
        let minutes: Vec<_> = times.windows(2).map(|pair| (pair[1] - pair[0]) / 60).collect();
        assert_eq!(minutes, [0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn the_remaining_attempts_are_those_before_the_next_wait() {
        let remaining = |count, wait_until| Attempts { count, wait_until }.remaining(at(100));
        let over: Vec<_> = (0..=12).map(|count| remaining(count, Some(at(100)))).collect();
        assert_eq!(over, [5, 4, 3, 2, 1, 5, 4, 3, 2, 1, 1, 1, 1]);
        let during: Vec<_> = [5, 10, 12].map(|count| remaining(count, Some(at(101)))).to_vec();
        assert_eq!(during, [0, 0, 0]);
        assert_eq!(remaining(BLOCK_AFTER, None), 0);
    }

    #[test]
    fn fifty_wrong_codes_block_codes_but_not_recovery_codes() {
        let (attempts, _) = attempt_repeatedly(50);
        assert!(attempts.is_blocked());
        let later = at(1_000_000_000);
        assert_eq!(attempts.record(CodeKind::Code, later), Err(AttemptRefused::Blocked));
        let recorded = attempts.record(CodeKind::RecoveryCode, later).unwrap();
        assert_eq!(recorded, attempts, "recovery codes are not counted");
    }

    #[test]
    fn a_wait_applies_to_recovery_codes() {
        let (attempts, _) = attempt_repeatedly(5);
        assert_eq!(attempts.record(CodeKind::RecoveryCode, at(59)), Err(AttemptRefused::Wait { until: at(60) }));
        assert!(attempts.record(CodeKind::RecoveryCode, at(60)).is_ok());
    }

    proptest! {
        #[test]
        fn at_most_ten_attempts_per_minute_and_five_at_once(
            gaps in prop::collection::vec(0_i64..90, 1..300), recovery: Vec<bool>,
        ) {
            let (mut attempts, mut now, mut allowed) = (Attempts::default(), 0, Vec::new());
            for (i, gap) in gaps.into_iter().enumerate() {
                now += gap;
                let kind = if recovery.get(i) == Some(&true) { CodeKind::RecoveryCode } else { CodeKind::Code };
                if let Ok(recorded) = attempts.record(kind, at(now)) {
                    assert!(recorded.count >= attempts.count, "only a correct code resets the count");
                    attempts = recorded;
                    allowed.push(now);
                }
            }
            for (i, first) in allowed.iter().enumerate() {
                assert!(allowed.iter().skip(i).filter(|t| **t - first < 60).count() <= 10);
                assert!(allowed.iter().skip(i).filter(|t| **t == *first).count() <= 5);
            }
        }
    }
}
