//! Why a code or an enrolment is refused, in the words that a person reads.

use padlock_contract::ErrorCode;
use padlock_domain::second_factor::ConfirmationError;
use padlock_domain::second_factor::attempts::AttemptRefused;
use padlock_domain::{SignedDuration, Timestamp};

use super::access::too_many_attempts;
use crate::http::ApiError;

/// What a response may say about a code that is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reveal {
    /// Whether it was used already, since whoever asks has just proved the password.
    UsedCodes,
    /// Nothing. A used code counts as a wrong one, or a stolen session could find out which codes were right.
    Nothing,
}

/// Returns the error for a wrong code. `remaining` is how many may follow before the wait of `wait` seconds.
pub(crate) fn wrong_code(reveal: Reveal, remaining: u32, wait: Option<u64>) -> ApiError {
    let what = match reveal {
        Reveal::UsedCodes => "That code is not right.",
        Reveal::Nothing => "That code is not right, or it was used already.",
    };
    let tries = match (remaining, wait) {
        (1, _) => "1 try left.".to_owned(),
        (0, Some(seconds)) => format!("Too many tries. You can go on in {seconds} s."),
        (remaining, _) => format!("{remaining} tries left."),
    };
    ApiError::new(ErrorCode::WrongCode, format!("{what} {tries}")).attempts_left(remaining).retry_after(wait)
}

/// Returns the error for a code that was consumed before. The next one comes in `next_in_seconds` seconds.
pub(crate) fn code_already_used(next_in_seconds: u64) -> ApiError {
    let detail = format!("That code was used already. The next one comes in {next_in_seconds} s.");
    ApiError::new(ErrorCode::CodeAlreadyUsed, detail).retry_after(Some(next_in_seconds))
}

pub(crate) fn recovery_code_already_used() -> ApiError {
    ApiError::new(ErrorCode::CodeAlreadyUsed, "That recovery code was used already. Use another one.")
}

/// Returns the error for a code that is not compared because of those before it.
pub(crate) fn attempt_refused(refused: AttemptRefused, now: Timestamp) -> ApiError {
    match refused {
        AttemptRefused::Wait { until } => too_many_attempts(until, now),
        AttemptRefused::Blocked => factor_blocked(),
    }
}

/// Returns the error for a code that is not verified any more after too many wrong ones.
fn factor_blocked() -> ApiError {
    ApiError::new(
        ErrorCode::FactorBlocked,
        "Too many wrong codes in a row: codes are blocked. Use a recovery code, or ask Support for a reset.",
    )
}

/// Returns the error for a sign-in that has to start again with the password.
pub(crate) fn challenge_ended() -> ApiError {
    ApiError::new(ErrorCode::ChallengeEnded, "This sign-in has ended. Begin again with your password.")
}

pub(crate) fn not_enrolled() -> ApiError {
    ApiError::new(ErrorCode::NotEnrolled, "No second factor is enrolled for this account. Enrol one first.")
}

pub(crate) fn already_enrolled() -> ApiError {
    ApiError::new(ErrorCode::AlreadyEnrolled, "A second factor is enrolled already.")
}

/// Returns the error for an enrolment that would replace a factor without saying so.
pub(crate) fn replacement_not_confirmed() -> ApiError {
    ApiError::new(
        ErrorCode::AlreadyEnrolled,
        "A second factor is enrolled already. To put another in its place, say so with a fresh code.",
    )
}

pub(crate) fn second_factor_changed() -> ApiError {
    ApiError::new(ErrorCode::Changed, "The second factor was changed in the meantime. Begin again.")
}

pub(crate) fn enrolment_expired() -> ApiError {
    ApiError::new(ErrorCode::EnrolmentExpired, "This enrolment has ended. Begin again; nothing has changed.")
}

/// Returns the error for an enrolment that is not confirmed, after which `remaining` codes may be tried. Only here is a wrong
/// clock mentioned: the secret protects nothing yet.
pub(crate) fn enrolment_not_confirmed(refused: ConfirmationError, remaining: u32) -> ApiError {
    match refused {
        ConfirmationError::Expired => enrolment_expired(),
        ConfirmationError::WrongCode { drift } => {
            ApiError::new(ErrorCode::WrongCode, wrong_first_code(drift)).attempts_left(remaining)
        }
    }
}

/// Returns the error for an enrolment that had its attempts.
pub(crate) fn enrolment_ended() -> ApiError {
    ApiError::new(
        ErrorCode::EnrolmentExpired,
        "Five codes were wrong, so this enrolment has ended. Begin again with a new key.",
    )
}

pub(crate) fn mail_code_required() -> ApiError {
    ApiError::new(ErrorCode::MailCodeRequired, "Ask for a code to your mail address, and send it along.")
}

pub(crate) fn mail_code_expired() -> ApiError {
    ApiError::new(ErrorCode::MailCodeRequired, "That code works no more. Ask for a new one.")
}

fn wrong_first_code(drift: Option<SignedDuration>) -> String {
    let Some(drift) = drift else {
        return "That code is not right. Wait for the next one and type that.".to_owned();
    };
    let amount = match drift.abs().as_secs() {
        0..=44 => "half a minute".to_owned(),
        45..=89 => "a minute".to_owned(),
        seconds => format!("{} minutes", (seconds + 30) / 60),
    };
    let direction = if drift.is_negative() { "slow" } else { "fast" };
    format!("Your phone's clock is about {amount} {direction}. Switch on automatic time on it, then try the next code.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_described() {
        for (seconds, words) in [
            (30, "about half a minute fast"),
            (-60, "about a minute slow"),
            (120, "about 2 minutes fast"),
            (-570, "about 10 minutes slow"),
        ] {
            assert!(wrong_first_code(Some(SignedDuration::from_secs(seconds))).contains(words), "{seconds}");
        }
        assert!(!wrong_first_code(None).contains("clock"));
    }
}
