//! Sign-in and sessions.

use serde::{Deserialize, Serialize};

use crate::Time;
use crate::second_factor::SecondFactorMethod;

/// The body of `POST /sign-in`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The email address of the account.
    pub login: String,
    /// The password of the account.
    pub password: String,
    /// Whether to return a `session_token` for `Authorization: Bearer` instead of setting a cookie.
    #[serde(default)]
    pub token: bool,
}

impl std::fmt::Debug for SignInRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInRequest").field("login", &self.login).field("token", &self.token).finish_non_exhaustive()
    }
}

/// The state of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInState {
    /// The sign-in is complete.
    SignedIn,
    /// The account requires a code at sign-in.
    TwoFactorRequired,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// The response of `POST /sign-in`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInResponse {
    /// The state of the sign-in.
    pub state: SignInState,
    /// The account that signed in. Absent while a code is required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// The enrolled methods of the account.
    pub methods: Vec<SecondFactorMethod>,
    /// The number of wrong codes that are allowed. Present while a code is required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts_left: Option<u32>,
    /// The secret of the session, if the request asked for it. It cannot be retrieved again. While a code is required it is good
    /// only for `POST /verify-2fa-code` and `DELETE /session`, for ten minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
}

/// A summary of the caller's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// The id of the account.
    pub id: String,
    /// The email address of the account.
    pub login: String,
    /// The display name of the person.
    pub name: String,
}

/// The factors that a session has proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// The password.
    Password,
    /// The password and the second factor, whose authorised window is open.
    SecondFactor,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// The response of `GET /session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The public id of the session.
    pub id: String,
    /// The account of the session.
    pub account: Account,
    /// The factors that the session has proved.
    pub assurance: Assurance,
    /// The time at which the authorised window closes, if it is open.
    pub authorised_until: Option<Time>,
    /// The time at which the session expires. For a cookie it moves on with each use; a token ends twelve hours after sign-in.
    pub expires_at: Time,
}

/// A session of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionSummary {
    /// The public id of the session.
    pub id: String,
    /// Whether the request was made with this session.
    pub current: bool,
    /// The device that signed in, such as "Firefox on Linux".
    pub device: String,
    /// The time of the sign-in.
    pub created_at: Time,
    /// The time of the last request, with a resolution of five minutes.
    pub last_seen_at: Time,
    /// The time at which the authorised window closes, if it is open.
    pub authorised_until: Option<Time>,
}

/// The response of `GET /portal`: public data for the sign-in page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Portal {
    /// The accounts of the demo. `null` in production.
    pub demo: Option<Demo>,
}

/// The accounts of the demo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Demo {
    /// The password of all accounts.
    pub password: String,
    /// The accounts.
    pub accounts: Vec<DemoAccount>,
}

/// An account of the demo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoAccount {
    /// The login of the account.
    pub login: String,
    /// The display name of the person.
    pub name: String,
    /// A short description of the person's permissions.
    pub role: String,
}
