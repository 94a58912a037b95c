//! From a secret that proves nothing to a factor: the first right code confirms it.

use jiff::{SignedDuration, Timestamp};

use super::authenticator::Authenticator;
use super::code::Code;
use super::totp::{Seed, Step};
use crate::ids::{AccountId, EnrolmentId, SessionId};

/// How long an enrolment waits for its first code.
pub const ENROLMENT_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// An authenticator app that has not shown a right code yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingAuthenticator {
    /// Its id.
    pub id: EnrolmentId,
    /// Whose it would be.
    pub account: AccountId,
    /// The session that began it, and alone may confirm it.
    pub session: SessionId,
    /// What the phone was shown.
    pub seed: Seed,
    /// The factor that it would take the place of; begun with a fresh code of that one.
    pub replaces: Option<EnrolmentId>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why a code does not confirm it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmationError {
    /// It has ended, or another session began it: to either, it is not there.
    Expired,
    /// The code is not right; if it fits another time, the phone's clock runs so far ahead (behind, if negative).
    WrongCode {
        /// How far.
        drift: Option<SignedDuration>,
    },
}

impl PendingAuthenticator {
    /// The factor that this code makes of it. The code is spent by it.
    ///
    /// # Errors
    /// [`ConfirmationError`]; it stays as it was.
    pub fn confirm(
        self,
        code: &Code,
        session: SessionId,
        sign_in: bool,
        now: Timestamp,
    ) -> Result<Authenticator, ConfirmationError> {
        if session != self.session || now >= self.expires_at {
            return Err(ConfirmationError::Expired);
        }
        let Some(step) = self.seed.step_of(code, now) else {
            return Err(ConfirmationError::WrongCode { drift: self.seed.drift(code, now) });
        };
        Ok(self.with(step, sign_in, now))
    }

    fn with(self, last_step: Step, sign_in: bool, now: Timestamp) -> Authenticator {
        let Self { id, account, seed, .. } = self;
        Authenticator { id, account, seed, last_step, sign_in, enrolled_at: now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn pending() -> PendingAuthenticator {
        PendingAuthenticator {
            id: EnrolmentId::new(at(0), [1; 10]),
            account: AccountId::new(at(0), [2; 10]),
            session: SessionId::new(at(0), [3; 10]),
            seed: Seed::new([4; 20]),
            replaces: None,
            expires_at: at(900),
        }
    }

    #[test]
    fn the_code_that_confirms_is_spent_by_it() {
        let now = at(300);
        let code = pending().seed.code_at(Step::at(now));
        let factor = pending().confirm(&code, pending().session, true, now).unwrap();
        assert!(factor.sign_in);
        assert!(matches!(factor.check(&code, now), crate::second_factor::CodeCheck::AlreadyUsed { .. }));
    }

    #[test]
    fn only_its_own_session_and_only_in_time() {
        let code = pending().seed.code_at(Step::at(at(899)));
        let other = SessionId::new(at(0), [9; 10]);
        assert_eq!(pending().confirm(&code, other, false, at(899)), Err(ConfirmationError::Expired));
        assert!(pending().confirm(&code, pending().session, false, at(899)).is_ok());
        assert_eq!(pending().confirm(&code, pending().session, false, at(900)), Err(ConfirmationError::Expired));
    }

    #[test]
    fn a_phone_that_is_off_is_told_by_how_much() {
        let now = at(300);
        let confirm = |code: &Code| pending().confirm(code, pending().session, false, now);
        let fast = pending().seed.code_at(Step::at(now).plus(4));
        assert_eq!(confirm(&fast), Err(ConfirmationError::WrongCode { drift: Some(SignedDuration::from_secs(120)) }));
        assert_eq!(confirm(&"000000".parse().unwrap()), Err(ConfirmationError::WrongCode { drift: None }));
    }
}
