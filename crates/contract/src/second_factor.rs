//! The second factor: enrolling it, proving it, recovery codes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Time;
use crate::session::{Account, Method, SignInState};

/// `POST /verify-2fa-code`: at sign-in and at a padlock alike.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyCodeRequest {
    /// Six digits, or a recovery code.
    pub code: String,
}

/// What proved the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VerificationMethod {
    /// A code of an authenticator app.
    Authenticator,
    /// A code of a text message.
    Sms,
    /// A recovery code, struck off by it.
    RecoveryCode,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// The answer to a right code: signed in, with an open authorised window.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyCodeResponse {
    /// Always `signed_in`.
    pub state: SignInState,
    /// Whose session it is.
    pub account: Account,
    /// Until when the authorised window is open.
    pub authorised_until: Time,
    /// What proved it.
    pub method: VerificationMethod,
    /// How many recovery codes are left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_codes_left: Option<u32>,
    /// The session's new secret, for sessions that are carried in a header. The old one is dead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
}

/// `GET /account`: my account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountDetails {
    /// Its id.
    pub id: String,
    /// The mail address.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The enrolled second factor, if there is one.
    pub second_factor: Option<SecondFactor>,
    /// Recovery codes that were not used yet.
    pub recovery_codes_left: u32,
    /// Whether their owner said that they are saved; `true` while there are none.
    pub recovery_codes_saved: bool,
    /// What a first enrolment asks for.
    pub first_binding: FirstBinding,
    /// What its owner has to be told and has not dismissed yet, the latest first.
    pub notices: Vec<Notice>,
}

/// An enrolled second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactor {
    /// Which.
    pub method: Method,
    /// Whether sign-in asks for it, too.
    pub sign_in: bool,
    /// The phone number with its middle hidden, for SMS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked_phone: Option<String>,
    /// When it was confirmed.
    pub enrolled_at: Time,
    /// Too many wrong codes: only a recovery code or Support leads out.
    pub blocked: bool,
}

/// What the first enrolment of an account takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FirstBinding {
    /// The password.
    Password,
    /// The password and a code mailed to the account's address.
    Mail,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// Something that happened to the account and that its owner has to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// Its id.
    pub id: String,
    /// When it happened.
    pub at: Time,
    /// The sentence, without the time: "A recovery code was used from Firefox on Linux. 11 are left."
    pub text: String,
}

/// `POST /account/second-factor`: begins an enrolment. Until it is confirmed it proves nothing.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewEnrolment {
    /// Which method.
    pub method: Method,
    /// The phone number, for SMS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The account's password.
    pub password: String,
    /// The mailed code, where a first enrolment asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_code: Option<String>,
    /// Whether it takes the place of the factor that is enrolled now; then `code` is needed.
    #[serde(default)]
    pub replace: bool,
    /// A fresh code of the factor that is enrolled now, or a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// A pending enrolment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrolment {
    /// Its id.
    pub enrolment_id: String,
    /// When it ends if it is not confirmed.
    pub expires_at: Time,
    /// The secret in Base32 (RFC 4648 §6) without padding.
    pub secret: String,
    /// The same as authenticator apps scan it.
    pub otpauth_uri: String,
}

/// `POST /account/second-factor/confirm`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmEnrolment {
    /// Which enrolment.
    pub enrolment_id: String,
    /// The first code.
    pub code: String,
    /// Whether sign-in asks for a code from now on; left out, as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<bool>,
}

/// The factor stands, and the authorised window is open.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrolled {
    /// Twelve recovery codes, as they are written: three groups of five.
    pub recovery_codes: Vec<String>,
    /// Until when the authorised window is open.
    pub authorised_until: Time,
    /// The session's new secret, for sessions that are carried in a header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
}

/// `POST /account/mail-code`: a code is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailCodeSent {
    /// Where to, with its middle hidden.
    pub sent_to: String,
    /// Until when the code works.
    pub expires_at: Time,
    /// Seconds until another may be asked for.
    pub resend_after: u64,
}

/// Password and code, for what an open window is not enough for.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordAndCode {
    /// The account's password.
    pub password: String,
    /// A fresh code, or a recovery code; without one the answer is 401 `fresh_code_required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// The account's recovery codes.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// All twelve, in their order.
    pub recovery_codes: Vec<RecoveryCode>,
}

/// One of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCode {
    /// As it is written: three groups of five.
    pub code: String,
    /// When it was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Time>,
}

macro_rules! redacted {
    ($($name:ident),+) => {$(
        /// It holds secrets: nothing of it is shown.
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
    Enrolled,
    PasswordAndCode,
    RecoveryCodes,
    RecoveryCode
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_never_show_themselves() {
        let form = NewEnrolment {
            method: Method::Authenticator,
            phone: None,
            password: "correct horse".into(),
            mail_code: None,
            replace: false,
            code: Some("123456".into()),
        };
        assert_eq!(format!("{form:?}"), "NewEnrolment(…)");
    }

    #[test]
    fn what_a_client_may_not_say_is_refused() {
        for json in
            [r#"{"code":"1","authorised_until":"2030-01-01T00:00:00Z"}"#, r#"{"code":"1","code":"2"}"#, r#"{"code":1}"#]
        {
            assert!(serde_json::from_str::<VerifyCodeRequest>(json).is_err(), "{json}");
        }
    }
}
