//! Why an operation is refused, in the words that a person reads.

use padlock_contract::{ErrorCode, Reason};
use padlock_domain::StepUp;
use padlock_domain::reason::{self, ReasonKind};

use crate::http::ApiError;

/// The authentication context that a padlocked operation requires (RFC 9470 §3, `acr_values`).
const SECOND_FACTOR: &str = "urn:padlock:acr:second-factor";
/// The greatest age of the verification, in seconds (RFC 9470 §3, `max_age`).
const WINDOW_SECONDS: u32 = 8 * 60 * 60;

/// Returns the error for a missing second factor. `purpose` completes "Two-factor authentication is needed …".
pub(crate) fn step_up_required(step_up: StepUp, purpose: &str) -> ApiError {
    let (code, detail) = match step_up {
        StepUp::Window => {
            (ErrorCode::StepUpRequired, format!("Two-factor authentication is needed {purpose}. Nothing was changed."))
        }
        StepUp::FreshCode => {
            (ErrorCode::FreshCodeRequired, format!("A fresh code is needed {purpose}. Nothing was changed."))
        }
    };
    ApiError::new(code, detail).challenge(format!(
        "Bearer error=\"insufficient_user_authentication\", \
         error_description=\"The second factor is needed\", \
         acr_values=\"{SECOND_FACTOR}\", max_age=\"{WINDOW_SECONDS}\""
    ))
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
        ask: reason.technical_contact_can_help().then(|| contact.to_owned()),
    }
}

/// Returns the error for too many wrong passwords or codes in a row.
pub(crate) fn too_many_attempts(seconds: u64) -> ApiError {
    ApiError::too_many_requests(format!("Too many tries. You can go on in {seconds} s."), seconds)
}
