//! The paths of the API, relative to [`BASE`].

/// The path prefix of the API.
pub const BASE: &str = "/api/v1";

/// `POST` signs in.
pub const SIGN_IN: &str = "/sign-in";
/// `GET` returns the session, `DELETE` signs out.
pub const SESSION: &str = "/session";
/// `POST` closes the authorised window.
pub const LOCK: &str = "/session/lock";
/// `POST` verifies a code of the second factor.
pub const VERIFY_CODE: &str = "/verify-2fa-code";
/// `GET` returns the caller's account.
pub const ACCOUNT: &str = "/account";
/// `POST` sends a code to the account's email address.
pub const MAIL_CODE: &str = "/account/mail-code";
/// `POST` begins the enrolment of a second factor.
pub const SECOND_FACTOR: &str = "/account/second-factor";
/// `POST` confirms the enrolment of a second factor.
pub const CONFIRM_SECOND_FACTOR: &str = "/account/second-factor/confirm";
/// The enrolment that the session began and has not confirmed. `GET` returns it, `DELETE` cancels it.
pub const PENDING_ENROLMENT: &str = "/account/second-factor/pending";
/// `POST` regenerates the recovery codes.
pub const RECOVERY_CODES: &str = "/account/recovery-codes";
/// `POST` returns the recovery codes.
pub const VIEW_RECOVERY_CODES: &str = "/account/recovery-codes/view";
/// `POST` records that the owner has saved the recovery codes.
pub const RECOVERY_CODES_SAVED: &str = "/account/recovery-codes/saved";
/// `GET` returns the demo's clock, `POST` advances it.
pub const DEMO_CLOCK: &str = "/demo/clock";
/// `GET` returns the messages that the demo does not send.
pub const DEMO_OUTBOX: &str = "/demo/outbox";
/// `GET` returns the account's sessions, `DELETE ?others=true` ends all but the present one.
pub const SESSIONS: &str = "/sessions";
/// `GET` returns the public data for the sign-in page.
pub const PORTAL: &str = "/portal";
/// `GET` returns the apps that the account is a member of.
pub const APPS: &str = "/apps";

/// Returns the path of an app.
#[must_use]
pub fn app(app: &str) -> String {
    format!("/apps/{app}")
}

/// Returns the path of an app's environments.
#[must_use]
pub fn environments(app: &str) -> String {
    format!("/apps/{app}/environments")
}

/// Returns the path of an environment.
#[must_use]
pub fn environment(app: &str, environment: &str) -> String {
    format!("/apps/{app}/environments/{environment}")
}

/// Returns the path of an environment's deployments.
#[must_use]
pub fn deployments(app: &str, environment: &str) -> String {
    format!("/apps/{app}/environments/{environment}/deployments")
}

/// Returns the path of the operation `start`, `stop` or `restart` on an environment.
#[must_use]
pub fn operation(app: &str, environment: &str, operation: &str) -> String {
    format!("/apps/{app}/environments/{environment}/{operation}")
}

/// Returns the path of an app's packages.
#[must_use]
pub fn packages(app: &str) -> String {
    format!("/apps/{app}/packages")
}

/// Returns the path of a package.
#[must_use]
pub fn package(app: &str, package: &str) -> String {
    format!("/apps/{app}/packages/{package}")
}

/// Returns the path of a package's file.
#[must_use]
pub fn package_content(app: &str, package: &str) -> String {
    format!("/apps/{app}/packages/{package}/content")
}

/// Returns the path of an app's server-sent events.
#[must_use]
pub fn events(app: &str) -> String {
    format!("/apps/{app}/events")
}

/// Returns the path of an app's audit trail.
#[must_use]
pub fn activity(app: &str) -> String {
    format!("/apps/{app}/activity")
}

/// Returns the path of a notice. `DELETE` dismisses it.
#[must_use]
pub fn notice(id: &str) -> String {
    format!("/account/notices/{id}")
}
