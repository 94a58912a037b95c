//! Enrolment and verification of the second factor, and recovery codes.

mod method;

use std::fmt;

pub use method::SecondFactorMethod;
use padlock_domain::second_factor::SecondFactorKind;
use serde::{Deserialize, Serialize};

/// The rules for what people type or paste as a code. The single-page app applies the same ones as the API.
pub mod code_text {
    pub use padlock_domain::second_factor::RecoveryCode;
    pub use padlock_domain::second_factor::code_text::{ascii_digit, is_separator};
}

use crate::Time;
use crate::session::{Account, SignInState};

/// The body of `POST /verify-2fa-code`, at sign-in and for a step-up.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyCodeRequest {
    /// A code of six digits or a recovery code.
    pub code: String,
}

/// The kind of code that proved the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VerificationMethod {
    /// A code of an authenticator app.
    Authenticator,
    /// A code of a text message.
    Sms,
    /// A recovery code, which cannot be used again.
    RecoveryCode,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

impl From<SecondFactorKind> for VerificationMethod {
    fn from(kind: SecondFactorKind) -> Self {
        match kind {
            SecondFactorKind::Authenticator => Self::Authenticator,
        }
    }
}

/// The response to a correct code. The session is signed in and its authorised window open.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyCodeResponse {
    /// Always `signed_in`.
    pub state: SignInState,
    /// The account of the session.
    pub account: Account,
    /// The time at which the authorised window closes.
    pub authorised_until: Time,
    /// The kind of code that was verified.
    pub method: VerificationMethod,
    /// The number of unused recovery codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_codes_left: Option<u32>,
    /// The new secret of a bearer session. The old one is no longer valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
}

/// The response of `GET /account`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountDetails {
    /// The id of the account.
    pub id: String,
    /// The email address of the account.
    pub login: String,
    /// The display name of the person.
    pub name: String,
    /// The enrolled second factor, if any.
    pub second_factor: Option<SecondFactor>,
    /// The number of unused recovery codes.
    pub recovery_codes_left: u32,
    /// Whether the owner has confirmed that the recovery codes are saved. `true` if there are none.
    pub recovery_codes_saved: bool,
    /// What the first enrolment requires.
    pub first_binding: FirstBinding,
    /// Whether this session has begun an enrolment that can still be confirmed.
    #[serde(default)]
    pub pending_enrolment: bool,
    /// The notices that the owner has not dismissed, latest first.
    pub notices: Vec<Notice>,
}

/// An enrolled second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactor {
    /// The method of the second factor.
    pub method: SecondFactorMethod,
    /// Whether a code is required at sign-in as well.
    #[serde(rename = "sign_in")]
    pub required_at_sign_in: bool,
    /// The partly masked phone number, for SMS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked_phone: Option<String>,
    /// The time of the confirmation.
    pub enrolled_at: Time,
    /// Whether it is blocked after too many wrong codes. Only a recovery code or Support unblocks it.
    pub blocked: bool,
}

/// What the first enrolment of an account requires ("binding" in NIST SP 800-63B).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FirstBinding {
    /// The password.
    Password,
    /// The password and a code sent to the account's email address.
    Mail,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// A notice to the owner about an event of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// The id of the notice.
    pub id: String,
    /// The time of the event.
    pub at: Time,
    /// The display text, without the time: "A recovery code was used from Firefox on Linux. 11 are left."
    pub text: String,
}

/// The body of `POST /account/second-factor`, which begins an enrolment.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewEnrolment {
    /// The method to enrol.
    pub method: SecondFactorMethod,
    /// The phone number, for SMS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The password of the account.
    pub password: String,
    /// The code sent by email, if the first enrolment requires one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_code: Option<String>,
    /// Whether to replace the enrolled second factor. This requires `code`.
    #[serde(default)]
    pub replace: bool,
    /// A fresh code of the enrolled second factor, or a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// A pending enrolment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrolment {
    /// The id of the enrolment.
    pub enrolment_id: String,
    /// The time at which the enrolment expires.
    pub expires_at: Time,
    /// The secret in Base32 (RFC 4648 §6) without padding.
    pub secret: String,
    /// The `otpauth://` URI that authenticator apps scan.
    pub otpauth_uri: String,
}

/// The body of `POST /account/second-factor/confirm`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmEnrolment {
    /// The id of the enrolment.
    pub enrolment_id: String,
    /// The first code of the authenticator app.
    pub code: String,
    /// Whether a code is required at sign-in. If absent, this does not change.
    #[serde(default, rename = "sign_in", skip_serializing_if = "Option::is_none")]
    pub required_at_sign_in: Option<bool>,
}

/// The response to a confirmed enrolment. The session's authorised window is open.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConfirmEnrolmentResponse {
    /// The twelve recovery codes, each in three groups of five characters.
    pub recovery_codes: Vec<String>,
    /// The time at which the authorised window closes.
    pub authorised_until: Time,
    /// The new secret of a bearer session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
}

/// The response of `POST /account/mail-code`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailCodeSent {
    /// The partly masked email address.
    pub sent_to: String,
    /// The time at which the code expires.
    pub expires_at: Time,
    /// The number of seconds until another code may be requested.
    pub resend_after: u64,
}

/// The password and a fresh code, for operations that require both even if the authorised window is open.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordAndCode {
    /// The password of the account.
    pub password: String,
    /// A fresh code or a recovery code. Without one, the response is 401 `fresh_code_required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// The recovery codes of an account.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// All twelve recovery codes, in order.
    pub recovery_codes: Vec<RecoveryCode>,
}

/// A recovery code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCode {
    /// The code in three groups of five characters.
    pub code: String,
    /// The time at which the code was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Time>,
}

macro_rules! redacted {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

redacted!(
    VerifyCodeRequest,
    VerifyCodeResponse,
    NewEnrolment,
    Enrolment,
    ConfirmEnrolment,
    ConfirmEnrolmentResponse,
    PasswordAndCode,
    RecoveryCodes,
    RecoveryCode
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_output_of_requests_with_secrets_is_redacted() {
        let request = NewEnrolment {
            method: SecondFactorMethod::Authenticator,
            phone: None,
            password: "correct horse".into(),
            mail_code: None,
            replace: false,
            code: Some("123456".into()),
        };
        assert_eq!(format!("{request:?}"), "NewEnrolment(…)");
    }

    #[test]
    fn unknown_duplicate_and_mistyped_fields_are_rejected() {
        for json in
            [r#"{"code":"1","authorised_until":"2030-01-01T00:00:00Z"}"#, r#"{"code":"1","code":"2"}"#, r#"{"code":1}"#]
        {
            assert!(serde_json::from_str::<VerifyCodeRequest>(json).is_err(), "{json}");
        }
    }
}
