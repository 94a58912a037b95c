//! Problem documents (RFC 9457): every answer that is not a success.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:literal, $title:literal;)+) => {
        /// What went wrong, as a stable word.
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
            /// Every code that the API answers with.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ Self::Unknown => "unknown" }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ Self::Unknown => 500 }
            }

            /// A short title for people.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ Self::Unknown => "Something went wrong" }
            }
        }
    };
}

codes! {
    /// The request itself cannot be read.
    BadRequest = "bad_request", 400, "The request cannot be read";
    /// A field does not fit; `fields` says which.
    InvalidFields = "invalid_fields", 422, "Some fields do not fit";
    /// Nobody is signed in.
    NotSignedIn = "not_signed_in", 401, "Sign in first";
    /// The login or the password is wrong.
    WrongCredentials = "wrong_credentials", 401, "Login or password is wrong";
    /// The operation wants the second factor; see `WWW-Authenticate` (RFC 9470).
    StepUpRequired = "step_up_required", 401, "Two-factor authentication is needed";
    /// The request itself must carry a code.
    FreshCodeRequired = "fresh_code_required", 401, "A fresh code is needed";
    /// The code is wrong; `attempts_left` says how many tries are left.
    WrongCode = "wrong_code", 401, "That code is not right";
    /// The code was right once; `retry_after` says when the next one comes.
    CodeAlreadyUsed = "code_already_used", 401, "That code was used already";
    /// Too many wrong codes at sign-in: begin anew with the password.
    ChallengeEnded = "challenge_ended", 401, "This sign-in has ended";
    /// A first enrolment asks for the code that was mailed.
    MailCodeRequired = "mail_code_required", 401, "The code from your mail is needed";
    /// A permission is missing; `reasons` says which and whom to ask.
    Forbidden = "forbidden", 403, "This is not for you";
    /// A browser request from somewhere else.
    CrossOrigin = "cross_origin", 403, "The request came from another site";
    /// Unknown, or not yours.
    NotFound = "not_found", 404, "There is nothing here";
    /// The method does not exist here.
    MethodNotAllowed = "method_not_allowed", 405, "This method does not exist here";
    /// The environment's state does not allow it; `reasons` says why.
    WrongState = "wrong_state", 409, "The environment is not in a state for this";
    /// Somebody was faster: what was seen is no longer so.
    Moved = "moved", 409, "Something changed in the meantime";
    /// The package has not run on the environment before.
    NotPromoted = "not_promoted", 409, "The package has not run on the environment before";
    /// The package is in use.
    InUse = "in_use", 409, "The package is in use";
    /// There is a second factor already.
    AlreadyEnrolled = "already_enrolled", 409, "A second factor is enrolled already";
    /// There is no second factor to prove.
    NotEnrolled = "not_enrolled", 409, "No second factor is enrolled";
    /// The enrolment is over: begin anew.
    EnrolmentExpired = "enrolment_expired", 410, "This enrolment has ended";
    /// The upload stopped before its end.
    UploadIncomplete = "upload_incomplete", 400, "The upload stopped before its end";
    /// Larger than allowed.
    TooLarge = "too_large", 413, "Too large";
    /// The media type is not accepted here.
    UnsupportedMediaType = "unsupported_media_type", 415, "This media type is not accepted here";
    /// Not a deployment package; `detail` says why.
    InvalidPackage = "invalid_package", 422, "This is not a deployment package";
    /// Too many requests; `retry_after` says when to come back.
    TooManyRequests = "too_many_requests", 429, "Too many tries";
    /// Too many wrong codes in a row: only a recovery code or Support leads out.
    FactorBlocked = "factor_blocked", 429, "The second factor is blocked";
    /// The server failed.
    Internal = "internal", 500, "The server failed";
    /// The server is too busy; `retry_after` says when to come back.
    Unavailable = "unavailable", 503, "The server is busy";
    /// There is no room left.
    DiskFull = "disk_full", 507, "The server's disk is full";
}

/// One reason of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// A stable word.
    pub code: String,
    /// The sentence for a person.
    pub message: String,
    /// Whom to ask, where someone can help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
}

/// An `application/problem+json` document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank#` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What went wrong, in general.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong here, and what to do.
    pub detail: String,
    /// What went wrong, as a stable word.
    pub code: ErrorCode,
    /// Messages by field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// Seconds until it is worth trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Wrong codes that may still be tried before a wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts_left: Option<u32>,
    /// For `moved`: the version that is there now, if any is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<crate::packages::PackageRef>,
}

impl Problem {
    /// A problem of this kind, with the sentence that fits the case.
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
            now: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_written_as_its_word() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn an_unknown_code_can_still_be_read() {
        let json = r#"{"type":"x","title":"t","status":418,"detail":"d","code":"from_the_future"}"#;
        assert_eq!(serde_json::from_str::<Problem>(json).unwrap().code, ErrorCode::Unknown);
    }
}
