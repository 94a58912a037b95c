//! Failed requests as problem documents (RFC 9457).

use std::any::Any;
use std::fmt;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use padlock_contract::packages::PackageRef;
use padlock_contract::{ErrorCode, Problem, Reason};

use crate::log_events;
use crate::ports::{DecryptionError, HasherBusy, StoreError};

/// The challenge of a response with the status 401 that has no other one (RFC 9110 §15.5.2).
const DEFAULT_CHALLENGE: &str = "Bearer realm=\"padlock\"";

/// Seconds after which a client may try again when the server is busy.
const BUSY_RETRY_SECONDS: u64 = 2;

/// A failed request.
#[derive(Debug)]
pub(crate) struct ApiError {
    problem: Box<Problem>,
    /// The value of `WWW-Authenticate`.
    challenge: Option<String>,
    /// What the server's log says when the response is sent.
    cause: Option<Cause>,
}

/// A failure of the server that its operator should know of.
#[derive(Debug)]
enum Cause {
    DatabaseBusy(StoreError),
    DiskFull,
    Internal(String),
}

pub(crate) type Result<T> = std::result::Result<T, ApiError>;

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem.code.as_str())
    }
}

impl ApiError {
    pub(crate) fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { problem: Box::new(Problem::new(code, detail)), challenge: None, cause: None }
    }

    /// Returns the error for a resource that is unknown or not the caller's. The two cannot be told apart.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what}, or it is not yours."))
    }

    pub(crate) fn not_signed_in() -> Self {
        Self::new(ErrorCode::NotSignedIn, "Sign in, or send a session token.").challenge(DEFAULT_CHALLENGE)
    }

    /// Returns the error for a session token that is not valid (RFC 6750 §3.1).
    pub(crate) fn invalid_token() -> Self {
        let detail =
            "This session token is not valid: it expired, was signed out, or was replaced when a code was verified.";
        Self::new(ErrorCode::NotSignedIn, detail).challenge("Bearer realm=\"padlock\", error=\"invalid_token\"")
    }

    /// Returns the error for a sign-in that has to be completed first.
    pub(crate) fn sign_in_incomplete() -> Self {
        Self::new(ErrorCode::NotSignedIn, "This sign-in waits for its code. Send it to POST /verify-2fa-code.")
            .challenge(DEFAULT_CHALLENGE)
    }

    /// Returns the error for a field whose value is not accepted.
    pub(crate) fn field(name: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut error = Self::new(ErrorCode::InvalidFields, message.clone());
        error.problem.fields.insert(name.to_owned(), message);
        error
    }

    pub(crate) fn too_many_requests(detail: impl Into<String>, retry_after: u64) -> Self {
        Self::new(ErrorCode::TooManyRequests, detail).retry_after(Some(retry_after))
    }

    pub(crate) fn busy() -> Self {
        Self::new(ErrorCode::Unavailable, "Padlock is busy. Try again in a moment.")
            .retry_after(Some(BUSY_RETRY_SECONDS))
    }

    fn outcome_unknown() -> Self {
        let detail = "Padlock lost its database in the middle. Check whether the change was made before you try again.";
        Self::new(ErrorCode::Unavailable, detail).retry_after(Some(BUSY_RETRY_SECONDS))
    }

    /// Returns whether the request was refused because it lacks a proof of the second factor.
    pub(crate) const fn lacks_second_factor(&self) -> bool {
        matches!(self.problem.code, ErrorCode::StepUpRequired | ErrorCode::FreshCodeRequired)
    }

    /// Returns whether the change may have been made although the request failed.
    pub(crate) const fn is_outcome_unknown(&self) -> bool {
        matches!(self.cause, Some(Cause::DatabaseBusy(StoreError::OutcomeUnknown)))
    }

    /// Returns an error whose cause is logged and not part of the response.
    pub(crate) fn internal(cause: &dyn fmt::Display) -> Self {
        Self::new(ErrorCode::Internal, "Padlock failed. Nothing was changed. The server's log says why.")
            .cause(Cause::Internal(cause.to_string()))
    }

    /// Returns an error of a handler that may have changed something already. Its cause is logged.
    pub(crate) fn internal_after_change(cause: &dyn fmt::Display) -> Self {
        Self::new(ErrorCode::Internal, "Padlock failed. Check whether the change was made before you try again.")
            .cause(Cause::Internal(cause.to_string()))
    }

    pub(crate) fn disk_full() -> Self {
        Self::new(ErrorCode::DiskFull, "The server's disk is full. Nothing was changed. Tell whoever runs Padlock.")
            .cause(Cause::DiskFull)
    }

    fn cause(mut self, cause: Cause) -> Self {
        self.cause = Some(cause);
        self
    }

    /// Sets how many seconds the client should wait.
    pub(crate) fn retry_after(mut self, seconds: Option<u64>) -> Self {
        self.problem.retry_after = seconds;
        self
    }

    /// Sets how many wrong codes may still be tried.
    pub(crate) fn attempts_left(mut self, attempts: u32) -> Self {
        self.problem.attempts_left = Some(attempts);
        self
    }

    /// Sets why the operation was refused.
    pub(crate) fn reasons(mut self, reasons: Vec<Reason>) -> Self {
        self.problem.reasons = reasons;
        self
    }

    /// Sets the package that the environment holds now.
    pub(crate) fn current_package(mut self, package: Option<PackageRef>) -> Self {
        self.problem.current_package = package;
        self
    }

    /// Sets the authentication challenge (RFC 9110 §11.6.1).
    pub(crate) fn challenge(mut self, challenge: impl Into<String>) -> Self {
        self.challenge = Some(challenge.into());
        self
    }
}

/// Returns the response to a request whose handler panicked, and logs the panic's message.
pub(crate) fn panic_response(panic: Box<dyn Any + Send>) -> Response {
    let text = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast_ref::<&str>().copied().unwrap_or("without a message").to_owned(),
    };
    ApiError::internal(&format_args!("panic: {text}")).into_response()
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Conflict => Self::busy().cause(Cause::DatabaseBusy(error)),
            StoreError::OutcomeUnknown => Self::outcome_unknown().cause(Cause::DatabaseBusy(error)),
            StoreError::Full => Self::disk_full(),
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
        let detail = "Too many people are signing in at once. Try again in a moment.";
        Self::too_many_requests(detail, BUSY_RETRY_SECONDS)
    }
}

/// Returns the response with a problem document (RFC 9457).
pub fn problem_response(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(problem)).into_response()
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match &self.cause {
            None => {}
            Some(Cause::DatabaseBusy(cause)) => {
                tracing::warn!(event = log_events::DATABASE_BUSY, %cause, "the database was busy for too long");
            }
            Some(Cause::DiskFull) => tracing::error!(event = log_events::DISK_FULL, "no space left"),
            Some(Cause::Internal(cause)) => {
                tracing::error!(event = log_events::REQUEST_FAILED, %cause, "request failed");
            }
        }
        let retry_after = self.problem.retry_after;
        let mut response = problem_response(&self.problem);
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        };
        let is_unauthorized = self.problem.status == StatusCode::UNAUTHORIZED.as_u16();
        if let Some(challenge) = self.challenge.or_else(|| is_unauthorized.then(|| DEFAULT_CHALLENGE.to_owned())) {
            set(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = retry_after {
            set(header::RETRY_AFTER, seconds.to_string());
        }
        response
    }
}
