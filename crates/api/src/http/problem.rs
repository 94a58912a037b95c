//! Every way in which a request can fail, as a problem document.

use crate::auth::reasons::reason;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use padlock_contract::{ErrorCode, Problem, Reason};
use padlock_domain::access::StepUp;
use padlock_domain::reason::ReasonKind;

use crate::log_events;
use crate::packages::archive::PackageError;
use crate::ports::{BlobError, DecryptionError, HasherBusy, StoreError};

/// How long to wait when the server is busy, in seconds.
const SOON: u64 = 2;
/// The assurance that a padlocked operation wants (RFC 9470 §3, `acr_values`).
const SECOND_FACTOR: &str = "urn:padlock:acr:second-factor";
/// The longest that a proof may lie back, in seconds (RFC 9470 §3, `max_age`).
const WINDOW_SECONDS: u32 = 8 * 60 * 60;

/// A failed request.
#[derive(Debug)]
pub(crate) struct ApiError {
    problem: Box<Problem>,
    challenge: Option<String>,
}

pub(crate) type Result<T> = std::result::Result<T, ApiError>;

impl ApiError {
    pub(crate) fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { problem: Box::new(Problem::new(code, detail)), challenge: None }
    }

    /// Unknown, or not the caller's: nobody learns which.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what}, or it is not yours."))
    }

    pub(crate) fn not_signed_in() -> Self {
        let mut error = Self::new(ErrorCode::NotSignedIn, "Sign in, or send a session token.");
        error.challenge = Some("Bearer realm=\"padlock\"".to_owned());
        error
    }

    pub(crate) fn field(name: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut error = Self::new(ErrorCode::InvalidFields, message.clone());
        error.problem.fields.insert(name.to_owned(), message);
        error
    }

    pub(crate) fn wait(detail: impl Into<String>, seconds: u64) -> Self {
        let mut error = Self::new(ErrorCode::TooManyRequests, detail);
        error.problem.retry_after = Some(seconds);
        error
    }

    /// A wrong code, with how many may follow before a wait.
    pub(crate) fn wrong_code(left: u32, wait: Option<u64>) -> Self {
        let tries = match (left, wait) {
            (1, _) => "1 try left.".to_owned(),
            (0, Some(seconds)) => format!("Too many tries. You can go on in {seconds} s."),
            (left, _) => format!("{left} tries left."),
        };
        let mut error = Self::new(ErrorCode::WrongCode, format!("That code is not right. {tries}"));
        error.problem.attempts_left = Some(left);
        error.problem.retry_after = wait;
        error
    }

    /// A code that was right once.
    pub(crate) fn already_used(next_in: u64) -> Self {
        let detail = format!("That code was used already. The next one comes in {next_in} s.");
        let mut error = Self::new(ErrorCode::CodeAlreadyUsed, detail);
        error.problem.retry_after = Some(next_in);
        error
    }

    pub(crate) fn busy() -> Self {
        let mut error = Self::new(ErrorCode::Unavailable, "Padlock is busy. Try again in a moment.");
        error.problem.retry_after = Some(SOON);
        error
    }

    pub(crate) fn step_up(step_up: StepUp, act: &str) -> Self {
        let (code, detail) = match step_up {
            StepUp::Window => {
                (ErrorCode::StepUpRequired, format!("Two-factor authentication is needed {act}. Nothing was changed."))
            }
            StepUp::FreshCode => {
                (ErrorCode::FreshCodeRequired, format!("A fresh code is needed {act}. Nothing was changed."))
            }
        };
        let mut error = Self::new(code, detail);
        error.challenge = Some(format!(
            "Bearer error=\"insufficient_user_authentication\", \
             error_description=\"The second factor is needed\", \
             acr_values=\"{SECOND_FACTOR}\", max_age=\"{WINDOW_SECONDS}\""
        ));
        error
    }

    pub(crate) fn refused(reasons: &[padlock_domain::reason::Reason], place: &str, contact: &str) -> Self {
        let permission = reasons.iter().any(|r| r.kind() == ReasonKind::Permission);
        let code = if permission { ErrorCode::Forbidden } else { ErrorCode::WrongState };
        let reasons: Vec<Reason> = reasons.iter().map(|r| reason(r, place, contact)).collect();
        let detail = reasons.iter().map(|r| r.message.as_str()).collect::<Vec<_>>().join(" ");
        let mut error = Self::new(code, detail);
        error.problem.reasons = reasons;
        error
    }

    pub(crate) fn moved(detail: String, now: Option<padlock_contract::packages::PackageRef>) -> Self {
        let mut error = Self::new(ErrorCode::Moved, detail);
        error.problem.now = now;
        error
    }

    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(event = log_events::REQUEST_FAILED, %cause, "request failed");
        Self::new(ErrorCode::Internal, "Padlock failed. Nothing was changed. The server's log says why.")
    }

    fn full() -> Self {
        tracing::error!(event = log_events::DISK_FULL, "no space left");
        Self::new(ErrorCode::DiskFull, "The server's disk is full. Nothing was changed. Tell whoever runs Padlock.")
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => {
                tracing::warn!(event = log_events::DATABASE_BUSY, "the database was locked for too long");
                Self::busy()
            }
            StoreError::Full => Self::full(),
            StoreError::Failed(cause) => Self::internal(&cause),
        }
    }
}

impl From<DecryptionError> for ApiError {
    fn from(error: DecryptionError) -> Self {
        Self::internal(&error)
    }
}

impl From<HasherBusy> for ApiError {
    fn from(HasherBusy: HasherBusy) -> Self {
        Self::wait("Too many people are signing in at once. Try again in a moment.", SOON)
    }
}

impl From<BlobError> for ApiError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Full => Self::full(),
            other => Self::internal(&other),
        }
    }
}

impl From<PackageError> for ApiError {
    fn from(error: PackageError) -> Self {
        match error {
            PackageError::Io(cause) => Self::internal(&cause),
            bad => Self::new(ErrorCode::InvalidPackage, bad.to_string()),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.problem.retry_after;
        let mut response = (status, Json(self.problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let mut set = |name: HeaderName, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        };
        if let Some(challenge) = self.challenge {
            set(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = retry_after {
            set(header::RETRY_AFTER, seconds.to_string());
        }
        response
    }
}
