//! Problem documents (RFC 9457), the bodies of all error responses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:literal, $title:literal;)+) => {
        /// The stable code of an error.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)+
            /// A code that this build does not know.
            #[serde(other)]
            Unknown,
        }

        impl ErrorCode {
            /// Every code of the API.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the code as text.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ Self::Unknown => "unknown" }
            }

            /// Returns the HTTP status of the code.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ Self::Unknown => 500 }
            }

            /// Returns a short title for the user.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ Self::Unknown => "Something went wrong" }
            }
        }
    };
}

codes! {
    /// The request is malformed.
    BadRequest = "bad_request", 400, "The request cannot be read";
    /// Fields are invalid; `fields` lists them.
    InvalidFields = "invalid_fields", 422, "Some fields do not fit";
    /// The request is not authenticated.
    NotSignedIn = "not_signed_in", 401, "Sign in first";
    /// The login or the password is wrong.
    WrongCredentials = "wrong_credentials", 401, "Login or password is wrong";
    /// The operation needs the second factor; see `WWW-Authenticate` (RFC 9470).
    StepUpRequired = "step_up_required", 401, "Two-factor authentication is needed";
    /// The request must contain a code.
    FreshCodeRequired = "fresh_code_required", 401, "A fresh code is needed";
    /// The code is wrong; `attempts_left` is the number of attempts left.
    WrongCode = "wrong_code", 401, "That code is not right";
    /// The code was used before; `retry_after` says when the next one is available.
    CodeAlreadyUsed = "code_already_used", 401, "That code was used already";
    /// The sign-in has ended after too many wrong codes.
    ChallengeEnded = "challenge_ended", 401, "This sign-in has ended";
    /// The first enrolment needs the code that was sent by email.
    MailCodeRequired = "mail_code_required", 401, "The code from your mail is needed";
    /// A permission is missing; `reasons` says which one and whom to ask.
    Forbidden = "forbidden", 403, "This is not for you";
    /// A browser sent the request from another origin.
    CrossOrigin = "cross_origin", 403, "The request came from another site";
    /// The resource does not exist, or the account must not know of it.
    NotFound = "not_found", 404, "There is nothing here";
    /// The path does not support the method.
    MethodNotAllowed = "method_not_allowed", 405, "This method does not exist here";
    /// The environment's state does not allow the operation; `reasons` says why.
    WrongState = "wrong_state", 409, "The environment is not in a state for this";
    /// The environment has changed since the client read it.
    #[serde(rename = "moved")]
    Changed = "moved", 409, "Something changed in the meantime";
    /// The package has not run on the previous environment.
    NotPromoted = "not_promoted", 409, "The package has not run on the environment before";
    /// The package is in use.
    InUse = "in_use", 409, "The package is in use";
    /// A second factor is already enrolled.
    AlreadyEnrolled = "already_enrolled", 409, "A second factor is enrolled already";
    /// No second factor is enrolled.
    NotEnrolled = "not_enrolled", 409, "No second factor is enrolled";
    /// The enrolment has expired.
    EnrolmentExpired = "enrolment_expired", 410, "This enrolment has ended";
    /// The upload ended early.
    UploadIncomplete = "upload_incomplete", 400, "The upload stopped before its end";
    /// The body is too large.
    TooLarge = "too_large", 413, "Too large";
    /// The path does not support the media type.
    UnsupportedMediaType = "unsupported_media_type", 415, "This media type is not accepted here";
    /// The file is not a valid package; `detail` says why.
    InvalidPackage = "invalid_package", 422, "This is not a deployment package";
    /// There were too many requests; `retry_after` says when to retry.
    TooManyRequests = "too_many_requests", 429, "Too many tries";
    /// The second factor is blocked after too many wrong codes. Only a recovery code or Support unblocks it.
    FactorBlocked = "factor_blocked", 429, "The second factor is blocked";
    /// The server failed.
    Internal = "internal", 500, "The server failed";
    /// The server is overloaded; `retry_after` says when to retry.
    Unavailable = "unavailable", 503, "The server is busy";
    /// The server's disk is full.
    DiskFull = "disk_full", 507, "The server's disk is full";
}

/// A reason why an operation is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// The stable code.
    pub code: String,
    /// The sentence for the user.
    pub message: String,
    /// The name of the person who can help, if any.
    #[serde(rename = "ask", skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// An `application/problem+json` document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The type URI: `about:blank#` followed by the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The title of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong in this case, and what to do.
    pub detail: String,
    /// The stable code.
    pub code: ErrorCode,
    /// The messages by field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// The reasons why the operation is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// The number of seconds to wait before a retry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The number of wrong codes that are allowed before a wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts_left: Option<u32>,
    /// For `moved`, the package that is deployed now, if any.
    #[serde(default, rename = "now", skip_serializing_if = "Option::is_none")]
    pub current_package: Option<crate::packages::PackageRef>,
}

impl Problem {
    /// Creates a problem with this code and detail.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("about:blank#{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            fields: BTreeMap::new(),
            reasons: Vec::new(),
            retry_after: None,
            attempts_left: None,
            current_package: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_serialises_as_its_text() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn an_unknown_code_is_deserialised() {
        let json = r#"{"type":"x","title":"t","status":418,"detail":"d","code":"from_the_future"}"#;
        assert_eq!(serde_json::from_str::<Problem>(json).unwrap().code, ErrorCode::Unknown);
    }
}
