//! Missing permissions and proofs, and too many attempts.

use padlock_contract::{ErrorCode, Reason};
use padlock_domain::reason::{self, ReasonKind};
use padlock_domain::session::WINDOW_LIFETIME;
use padlock_domain::{StepUp, Timestamp, WrongGrant};

use crate::http::ApiError;

/// The authentication context that a padlocked operation requires (RFC 9470 §3, `acr_values`).
const SECOND_FACTOR: &str = "urn:padlock:acr:second-factor";

/// Returns the error for a missing proof. `purpose` completes "Two-factor authentication is needed …".
pub(crate) fn step_up_required(step_up: StepUp, purpose: &str) -> ApiError {
    // A session that proved the second factor long ago lacks a new proof; a fresh code has to be newer than any of them.
    let (code, detail, description, max_age) = match step_up {
        StepUp::Password => return wrong_password(),
        StepUp::Window => (
            ErrorCode::StepUpRequired,
            format!("Two-factor authentication is needed {purpose}. Nothing was changed."),
            "The second factor is needed",
            WINDOW_LIFETIME.as_secs(),
        ),
        StepUp::FreshCode => (
            ErrorCode::FreshCodeRequired,
            format!("A fresh code is needed {purpose}. Nothing was changed."),
            "A code of the second factor is needed in the request",
            0,
        ),
    };
    ApiError::new(code, detail).challenge(format!(
        "Bearer error=\"insufficient_user_authentication\", error_description=\"{description}\", \
         acr_values=\"{SECOND_FACTOR}\", max_age=\"{max_age}\""
    ))
}

/// Returns the error for a wrong password of somebody who is signed in.
pub(crate) fn wrong_password() -> ApiError {
    ApiError::new(ErrorCode::WrongCredentials, "The password is wrong.")
}

impl From<WrongGrant> for ApiError {
    fn from(error: WrongGrant) -> Self {
        Self::internal(&error)
    }
}

/// Returns the error for an operation that permissions or state do not allow. `target` is the name of the environment or
/// app, `contact` the name of its Technical Contact.
pub(crate) fn refused(reasons: &[reason::Reason], target: &str, contact: &str) -> ApiError {
    let permission = reasons.iter().any(|r| r.kind() == ReasonKind::Permission);
    let code = if permission { ErrorCode::Forbidden } else { ErrorCode::WrongState };
    let reasons: Vec<Reason> = reasons.iter().map(|r| reason_response(r, target, contact)).collect();
    let detail = reasons.iter().map(|r| r.message.as_str()).collect::<Vec<_>>().join(" ");
    ApiError::new(code, detail).reasons(reasons)
}

/// Returns a reason as the API shows it.
pub(crate) fn reason_response(reason: &reason::Reason, target: &str, contact: &str) -> Reason {
    Reason {
        code: reason.code().to_owned(),
        message: reason.message(target, contact),
        contact: reason.technical_contact_can_help().then(|| contact.to_owned()),
    }
}

/// Returns the error for too many wrong passwords or codes in a row. `until` is when the next attempt is possible.
pub(crate) fn too_many_attempts(until: Timestamp, now: Timestamp) -> ApiError {
    let seconds = seconds_until(until, now);
    ApiError::too_many_requests(format!("Too many tries. You can go on in {seconds} s."), seconds)
}

/// Returns whole seconds, rounded up, at least one.
pub(crate) fn seconds_until(until: Timestamp, now: Timestamp) -> u64 {
    until.duration_since(now).as_millis().max(1).unsigned_abs().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}
