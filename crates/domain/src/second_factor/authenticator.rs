//! A confirmed authenticator app.

use jiff::Timestamp;

use super::code::Code;
use super::totp::{self, Seed, Step};
use crate::ids::{AccountId, EnrolmentId};

/// A confirmed authenticator app. An unconfirmed one is a [`PendingAuthenticator`], and proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticator {
    /// The enrolment that it came from; another one is another factor.
    pub id: EnrolmentId,
    /// Whose it is.
    pub account: AccountId,
    /// What it shares with the phone.
    pub seed: Seed,
    /// The step of the last code that was accepted: that one and all before it are spent.
    pub last_step: Step,
    /// Whether sign-in asks for it, too.
    pub sign_in: bool,
    /// When it was confirmed.
    pub enrolled_at: Timestamp,
}

/// What a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum CodeCheck {
    /// Right, if this step can still be spent.
    Correct(Step),
    /// It was right, once.
    AlreadyUsed {
        /// Seconds until the next code comes.
        next_in: u64,
    },
    /// Not right.
    Incorrect,
}

impl Authenticator {
    /// Looks at a code. Whoever acts on [`CodeCheck::Correct`] spends the step first, by a guarded statement.
    pub fn check(&self, code: &Code, now: Timestamp) -> CodeCheck {
        match self.seed.step_of(code, now) {
            Some(step) if step > self.last_step => CodeCheck::Correct(step),
            Some(_) => CodeCheck::AlreadyUsed { next_in: totp::seconds_left(now) },
            None => CodeCheck::Incorrect,
        }
    }

    /// The same with that step spent; nothing if it was.
    #[must_use]
    pub fn consume(self, step: Step) -> Option<Self> {
        (step > self.last_step).then_some(Self { last_step: step, ..self })
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
        Authenticator {
            id: EnrolmentId::new(at(0), [1; 10]),
            account: AccountId::new(at(0), [2; 10]),
            seed: Seed::new([3; 20]),
            last_step: Step::from_number(0),
            sign_in: false,
            enrolled_at: at(0),
        }
    }

    #[test]
    fn a_code_is_right_once_and_says_when_the_next_comes() {
        let now = at(1_700_000_023);
        let code = authenticator().seed.code_at(Step::at(now));
        let CodeCheck::Correct(step) = authenticator().check(&code, now) else { panic!("it is right") };
        let spent = authenticator().consume(step).unwrap();
        assert_eq!(spent.check(&code, now), CodeCheck::AlreadyUsed { next_in: 17 });
        assert_eq!(spent.consume(step), None);
    }

    proptest! {
        /// Codes of any step, tried at any time, in any order.
        #[test]
        fn no_code_is_accepted_twice(tries in prop::collection::vec((0_i64..40, -3_i64..3), 1..200)) {
            let mut factor = authenticator();
            let (mut now, mut accepted) = (1_700_000_000, Vec::new());
            for (pause, by) in tries {
                now += pause;
                let step = Step::at(at(now)).plus(by);
                let code = factor.seed.code_at(step);
                if let CodeCheck::Correct(step) = factor.check(&code, at(now)) {
                    assert!((-1..=0).contains(&(step.number() - Step::at(at(now)).number())));
                    assert!(!accepted.contains(&step));
                    accepted.push(step);
                    factor = factor.consume(step).unwrap();
                }
            }
        }
    }
}
