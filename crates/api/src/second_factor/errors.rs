//! Why a code or an enrolment is refused, in the words that a person reads.

use padlock_contract::ErrorCode;

use crate::http::problem::ApiError;

/// A sign-in that has to begin anew.
pub(super) fn ended() -> ApiError {
    ApiError::new(ErrorCode::ChallengeEnded, "This sign-in has ended. Begin again with your password.")
}

/// A recovery code that was struck off.
pub(super) fn used_recovery_code() -> ApiError {
    ApiError::new(ErrorCode::CodeAlreadyUsed, "That recovery code was used already. Use another one.")
}
