//! Wrong codes: how many may be tried, and how long to wait in between.
//!
//! ```text
//! wrong in a row   after it
//!      1 … 4       go on
//!      5           a minute's wait
//!      6 … 9       go on
//!     10 … 49      a minute's wait, doubling each time, an hour at most
//!     50           blocked: only a recovery code or Support leads out, at once
//! ```
//!
//! The count belongs to the account's factor: no other session, challenge, method or address begins it anew, and only a
//! right code ends it. A try is count, in a commit of its own, before its code is looked at ([`Attempts::record`]), so
//! that neither a crash nor a hundred tries at once are free.

use jiff::{SignedDuration, Timestamp};

/// Wrong codes in a row that end a waiting session, and after which a step-up has to wait.
pub const PAUSE_AFTER: u32 = 5;
/// Wrong codes in a row that lock the factor for a growing time.
pub const LOCK_AFTER: u32 = 10;
/// Wrong codes in a row that block it.
pub const BLOCK_AFTER: u32 = 50;
/// The shortest wait.
const SHORTEST: SignedDuration = SignedDuration::from_mins(1);
/// The longest wait, in minutes.
const LONGEST: i64 = 60;

/// The tries of an account's factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Codes that were count since the last right one.
    pub count: u32,
    /// Until when no code is looked at.
    pub wait_until: Option<Timestamp>,
}

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// A code.
    Code,
    /// A recovery code.
    RecoveryCode,
}

/// Why a code is not looked at. It is not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptRefused {
    /// Not now.
    Wait {
        /// When it is worth trying again.
        until: Timestamp,
    },
    /// Not any more.
    Blocked,
}

impl Attempts {
    /// The tries with one more, count as if it were wrong.
    ///
    /// # Errors
    /// [`AttemptRefused`] when the code may not be looked at.
    pub fn record(self, tried: CodeKind, now: Timestamp) -> Result<Self, AttemptRefused> {
        if self.is_blocked() {
            return match tried {
                CodeKind::Code => Err(AttemptRefused::Blocked),
                // The one way out stays open: 75 bits need no pace, and one that all shared would let whoever knows the
                // password keep the owner from it.
                CodeKind::RecoveryCode => Ok(self),
            };
        }
        if let Some(until) = self.wait_until.filter(|until| now < *until) {
            return Err(AttemptRefused::Wait { until });
        }
        let count = self.count.saturating_add(1);
        Ok(Self { count, wait_until: wait(count).map(|wait| now.saturating_add(wait).unwrap_or(now)) })
    }

    /// Whether only a recovery code or Support leads out.
    #[must_use]
    pub const fn is_blocked(self) -> bool {
        self.count >= BLOCK_AFTER
    }

    /// Wrong codes that may still follow before a wait.
    #[must_use]
    pub const fn remaining(self) -> u32 {
        match self.count {
            count @ 0..=PAUSE_AFTER => PAUSE_AFTER - count,
            count @ 6..=LOCK_AFTER => LOCK_AFTER - count,
            _ => 0,
        }
    }
}

/// The wait after so many.
fn wait(count: u32) -> Option<SignedDuration> {
    match count {
        PAUSE_AFTER => Some(SHORTEST),
        LOCK_AFTER.. => {
            let minutes = 1_i64.checked_shl(count - LOCK_AFTER).filter(|minutes| (1..LONGEST).contains(minutes));
            Some(SignedDuration::from_mins(minutes.unwrap_or(LONGEST)))
        }
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

    /// Charges codes as fast as they are let in, and says at which second each was.
    fn row(tries: usize) -> (Attempts, Vec<i64>) {
        let (mut attempts, mut now, mut times) = (Attempts::default(), 0, Vec::new());
        for _ in 0..tries {
            if let Err(AttemptRefused::Wait { until }) = attempts.record(CodeKind::Code, at(now)) {
                now = until.as_second();
            }
            attempts = attempts.record(CodeKind::Code, at(now)).unwrap();
            times.push(now);
        }
        (attempts, times)
    }

    #[test]
    fn five_then_a_minute_ten_then_longer_and_longer() {
        let (_, times) = row(18);
        let minutes: Vec<_> = times.windows(2).map(|pair| (pair[1] - pair[0]) / 60).collect();
        assert_eq!(minutes, [0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn how_many_are_left_is_said() {
        let lefts: Vec<_> = (0..=12).map(|count| Attempts { count, wait_until: None }.remaining()).collect();
        assert_eq!(lefts, [5, 4, 3, 2, 1, 0, 4, 3, 2, 1, 0, 0, 0]);
    }

    #[test]
    fn fifty_block_codes_but_not_recovery_codes() {
        let (attempts, _) = row(50);
        assert!(attempts.is_blocked());
        let later = at(1_000_000_000);
        assert_eq!(attempts.record(CodeKind::Code, later), Err(AttemptRefused::Blocked));
        let count = attempts.record(CodeKind::RecoveryCode, later).unwrap();
        assert_eq!(count, attempts, "a wrong one changes nothing, and keeps nobody out");
    }

    #[test]
    fn a_wait_holds_for_recovery_codes_too() {
        let (attempts, _) = row(5);
        assert_eq!(attempts.record(CodeKind::RecoveryCode, at(59)), Err(AttemptRefused::Wait { until: at(60) }));
        assert!(attempts.record(CodeKind::RecoveryCode, at(60)).is_ok());
    }

    proptest! {
        #[test]
        fn however_they_come_no_more_than_ten_in_three_minutes(
            gaps in prop::collection::vec(0_i64..90, 1..300), recovery: Vec<bool>,
        ) {
            let (mut attempts, mut now, mut looked_at) = (Attempts::default(), 0, Vec::new());
            for (i, gap) in gaps.into_iter().enumerate() {
                now += gap;
                let tried = if recovery.get(i).copied().unwrap_or_default() { CodeKind::RecoveryCode } else { CodeKind::Code };
                if let Ok(count) = attempts.record(tried, at(now)) {
                    assert!(count.count >= attempts.count, "only a right code takes it back");
                    attempts = count;
                    looked_at.push(now);
                }
            }
            for (i, first) in looked_at.iter().enumerate() {
                assert!(looked_at.iter().skip(i).filter(|t| **t - first < 60).count() <= 10);
                assert!(looked_at.iter().skip(i).filter(|t| **t == *first).count() <= 5);
            }
        }
    }
}
