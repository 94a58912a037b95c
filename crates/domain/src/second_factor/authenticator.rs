//! Confirmed authenticator apps.

use jiff::Timestamp;

use super::code::Code;
use super::totp::{self, Seed, Step};

/// The data of a confirmed second factor of the kind [`Authenticator`](super::SecondFactorKind::Authenticator).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticator {
    /// The secret that it shares with the authenticator app.
    pub seed: Seed,
    /// The step of the last accepted code. Codes of this step and of earlier ones are rejected.
    pub last_step: Step,
}

/// The result of verifying a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum CodeVerification {
    /// The code is correct and belongs to this step.
    Correct(Step),
    /// The code is correct but was used before.
    AlreadyUsed {
        /// The number of seconds until the next code.
        next_in_seconds: u64,
    },
    /// The code is wrong.
    Incorrect,
}

impl Authenticator {
    /// Verifies a code. The caller must store the step of [`CodeVerification::Correct`] before acting on it, and only if
    /// no later step is stored.
    pub fn verify(&self, code: &Code, now: Timestamp) -> CodeVerification {
        match self.seed.matching_step(code, now) {
            Some(step) if step > self.last_step => CodeVerification::Correct(step),
            Some(_) => CodeVerification::AlreadyUsed { next_in_seconds: totp::seconds_until_next_step(now) },
            None => CodeVerification::Incorrect,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn authenticator() -> Authenticator {
        Authenticator { seed: Seed::new([3; 20]), last_step: Step::from_number(0) }
    }

    #[test]
    fn a_code_is_accepted_once_and_then_says_when_the_next_one_comes() {
        let now = at(1_700_000_023);
        let code = authenticator().seed.code_at(Step::at(now));
        let CodeVerification::Correct(step) = authenticator().verify(&code, now) else { panic!("the code is correct") };
        let used = Authenticator { last_step: step, ..authenticator() };
        assert_eq!(used.verify(&code, now), CodeVerification::AlreadyUsed { next_in_seconds: 17 });
    }

    proptest! {
        /// Codes of any step, attempted at any time in any order.
        #[test]
        fn no_code_is_accepted_twice(attempts in prop::collection::vec((0_i64..40, -3_i64..3), 1..200)) {
            let mut factor = authenticator();
            let (mut now, mut accepted) = (1_700_000_000, Vec::new());
            for (pause, steps) in attempts {
                now += pause;
                let step = Step::at(at(now)).plus(steps);
                let code = factor.seed.code_at(step);
                if let CodeVerification::Correct(step) = factor.verify(&code, at(now)) {
                    assert!((-1..=0).contains(&(step.number() - Step::at(at(now)).number())));
                    assert!(!accepted.contains(&step));
                    accepted.push(step);
                    assert!(step > factor.last_step);
                    factor.last_step = step;
                }
            }
        }
    }
}
