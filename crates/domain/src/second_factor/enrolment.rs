//! Enrolments of second factors, which the first correct code confirms.

use jiff::{SignedDuration, Timestamp};

use super::authenticator::Authenticator;
use super::code::Code;
use super::factor::{SecondFactor, SecondFactorDetails};
use super::totp::Seed;
use crate::ids::{AccountId, EnrolmentId, SessionId};

/// How long an enrolment can be confirmed.
pub const ENROLMENT_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// A second factor whose enrolment is not confirmed yet. Its codes prove nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingEnrolment {
    /// The id of the enrolment.
    pub id: EnrolmentId,
    /// The account that enrols the second factor.
    pub account: AccountId,
    /// The session that began the enrolment. Only this session can confirm it.
    pub session: SessionId,
    /// The data specific to the kind of the second factor.
    pub details: EnrolmentDetails,
    /// The second factor that it replaces, if any.
    pub replaces: Option<EnrolmentId>,
    /// The time at which the enrolment expires.
    pub expires_at: Timestamp,
}

/// The data of an enrolment that is specific to the kind of the second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnrolmentDetails {
    /// An authenticator app.
    Authenticator {
        /// The secret that the QR code contains.
        seed: Seed,
    },
}

/// Why an enrolment is not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmationError {
    /// The enrolment has expired, or another session began it.
    Expired,
    /// The code is wrong.
    WrongCode {
        /// How far the phone's clock is ahead (behind, if negative), if the code is correct for another time.
        drift: Option<SignedDuration>,
    },
}

impl PendingEnrolment {
    /// Confirms the enrolment with a code, which cannot be used again.
    ///
    /// # Errors
    /// Returns [`ConfirmationError`] if the enrolment has expired or the code is wrong.
    pub fn confirm(
        self,
        code: &Code,
        session: SessionId,
        required_at_sign_in: bool,
        now: Timestamp,
    ) -> Result<SecondFactor, ConfirmationError> {
        if session != self.session || now >= self.expires_at {
            return Err(ConfirmationError::Expired);
        }
        let details = match self.details {
            EnrolmentDetails::Authenticator { seed } => match seed.matching_step(code, now) {
                Some(last_step) => SecondFactorDetails::Authenticator(Authenticator { seed, last_step }),
                None => return Err(ConfirmationError::WrongCode { drift: seed.drift(code, now) }),
            },
        };
        let Self { id, account, .. } = self;
        Ok(SecondFactor { id, account, details, required_at_sign_in, enrolled_at: now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::second_factor::totp::Step;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    const SEED: Seed = Seed::new([4; 20]);

    fn pending() -> PendingEnrolment {
        PendingEnrolment {
            id: EnrolmentId::new(at(0), [1; 10]),
            account: AccountId::new(at(0), [2; 10]),
            session: SessionId::new(at(0), [3; 10]),
            details: EnrolmentDetails::Authenticator { seed: SEED },
            replaces: None,
            expires_at: at(900),
        }
    }

    #[test]
    fn the_confirming_code_cannot_be_used_again() {
        let now = at(300);
        let code = SEED.code_at(Step::at(now));
        let factor = pending().confirm(&code, pending().session, true, now).unwrap();
        assert!(factor.required_at_sign_in);
        let SecondFactorDetails::Authenticator(authenticator) = factor.details;
        assert!(matches!(authenticator.verify(&code, now), crate::second_factor::CodeVerification::AlreadyUsed { .. }));
    }

    #[test]
    fn only_the_same_session_can_confirm_before_expiry() {
        let code = SEED.code_at(Step::at(at(899)));
        let other = SessionId::new(at(0), [9; 10]);
        assert_eq!(pending().confirm(&code, other, false, at(899)), Err(ConfirmationError::Expired));
        assert!(pending().confirm(&code, pending().session, false, at(899)).is_ok());
        assert_eq!(pending().confirm(&code, pending().session, false, at(900)), Err(ConfirmationError::Expired));
    }

    #[test]
    fn a_code_of_another_time_reports_the_clock_drift() {
        let now = at(300);
        let confirm = |code: &Code| pending().confirm(code, pending().session, false, now);
        let future_code = SEED.code_at(Step::at(now).plus(4));
        assert_eq!(
            confirm(&future_code),
            Err(ConfirmationError::WrongCode { drift: Some(SignedDuration::from_secs(120)) })
        );
        assert_eq!(confirm(&"000000".parse().unwrap()), Err(ConfirmationError::WrongCode { drift: None }));
    }
}
