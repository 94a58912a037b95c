//! Signing in, and the sessions that come of it.

use serde::{Deserialize, Serialize};

use crate::Time;

/// `POST /sign-in`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The mail address.
    pub login: String,
    /// The password.
    pub password: String,
    /// `true` answers with a `session_token` for `Authorization: Bearer` instead of a cookie.
    #[serde(default)]
    pub token: bool,
}

impl std::fmt::Debug for SignInRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("login", &self.login).field("token", &self.token).finish_non_exhaustive()
    }
}

/// How far a sign-in came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInState {
    /// Signed in.
    SignedIn,
    /// The account asks for a code at sign-in.
    TwoFactorRequired,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// A way to prove the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A TOTP app.
    Authenticator,
    /// A text message.
    Sms,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// The answer to a sign-in.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInResponse {
    /// How far it came.
    pub state: SignInState,
    /// Who signed in; absent while a code is still asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// The methods that the account has enrolled.
    pub methods: Vec<Method>,
    /// Wrong codes that may be tried; there while a code is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts_left: Option<u32>,
    /// The session's secret, where the request asked for it. Shown once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
}

/// One's own account in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Its id.
    pub id: String,
    /// The mail address.
    pub login: String,
    /// The person's name.
    pub name: String,
}

/// What a session has proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// The password.
    Password,
    /// The second factor as well, and the authorised window is open.
    SecondFactor,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// `GET /session`: who I am.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Its id in the list of sessions.
    pub id: String,
    /// Whose it is.
    pub account: Account,
    /// What it has proved.
    pub assurance: Assurance,
    /// Until when the authorised window is open, if it is.
    pub authorised_until: Option<Time>,
    /// When the session ends if it is not used again.
    pub expires_at: Time,
}

/// One of my sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionSummary {
    /// Its id.
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// The device it began on: "Firefox on Linux".
    pub device: String,
    /// When it began.
    pub created_at: Time,
    /// When it was last used, to within five minutes.
    pub last_seen_at: Time,
    /// Until when its authorised window is open, if it is.
    pub authorised_until: Option<Time>,
}

/// `GET /portal`: what a stranger may know, for the sign-in page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Portal {
    /// What the demo says of itself; absent on a portal that runs for real.
    pub demo: Option<Demo>,
}

/// The demo's own accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Demo {
    /// The one password of all of them.
    pub password: String,
    /// The accounts.
    pub accounts: Vec<DemoAccount>,
}

/// One of the demo's accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoAccount {
    /// Its login.
    pub login: String,
    /// Its name.
    pub name: String,
    /// What the person may do, in a few words.
    pub role: String,
}
