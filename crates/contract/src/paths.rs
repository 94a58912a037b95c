//! Where things are: the paths of the API, below [`BASE`].

/// Below which the API lives.
pub const BASE: &str = "/api/v1";

/// `POST`: sign in.
pub const SIGN_IN: &str = "/sign-in";
/// `GET`: who I am; `DELETE`: sign out.
pub const SESSION: &str = "/session";
/// `POST`: close the authorised window.
pub const LOCK: &str = "/session/lock";
/// `POST`: prove the second factor.
pub const VERIFY: &str = "/verify-2fa-code";
/// `GET`: my account.
pub const ACCOUNT: &str = "/account";
/// `POST`: a code to my mail address.
pub const MAIL_CODE: &str = "/account/mail-code";
/// `POST`: begin to enrol a second factor.
pub const SECOND_FACTOR: &str = "/account/second-factor";
/// `POST`: confirm it.
pub const CONFIRM: &str = "/account/second-factor/confirm";
/// `POST`: regenerate my recovery codes.
pub const RECOVERY_CODES: &str = "/account/recovery-codes";
/// `POST`: see them.
pub const VIEW_RECOVERY_CODES: &str = "/account/recovery-codes/view";
/// `POST`: they are saved.
pub const RECOVERY_CODES_SAVED: &str = "/account/recovery-codes/saved";
/// `GET`, `POST`: the demo's clock.
pub const DEMO_CLOCK: &str = "/demo/clock";
/// `GET`: what the demo would have sent.
pub const DEMO_OUTBOX: &str = "/demo/outbox";
/// `GET`: my sessions; `DELETE ?others=true`: end all but this one.
pub const SESSIONS: &str = "/sessions";
/// `GET`: what a stranger may know.
pub const PORTAL: &str = "/portal";
/// `GET`: my apps.
pub const APPS: &str = "/apps";

/// An app.
#[must_use]
pub fn app(app: &str) -> String {
    format!("/apps/{app}")
}

/// Its environments.
#[must_use]
pub fn environments(app: &str) -> String {
    format!("/apps/{app}/environments")
}

/// One of them.
#[must_use]
pub fn environment(app: &str, environment: &str) -> String {
    format!("/apps/{app}/environments/{environment}")
}

/// The deployments onto one.
#[must_use]
pub fn deployments(app: &str, environment: &str) -> String {
    format!("/apps/{app}/environments/{environment}/deployments")
}

/// `start`, `stop` or `restart` of one.
#[must_use]
pub fn act(app: &str, environment: &str, act: &str) -> String {
    format!("/apps/{app}/environments/{environment}/{act}")
}

/// The Deployment Package Repository.
#[must_use]
pub fn packages(app: &str) -> String {
    format!("/apps/{app}/packages")
}

/// A package in it.
#[must_use]
pub fn package(app: &str, package: &str) -> String {
    format!("/apps/{app}/packages/{package}")
}

/// A package's file.
#[must_use]
pub fn package_content(app: &str, package: &str) -> String {
    format!("/apps/{app}/packages/{package}/content")
}

/// What changes in an app, as server-sent events.
#[must_use]
pub fn events(app: &str) -> String {
    format!("/apps/{app}/events")
}

/// An app's audit trail.
#[must_use]
pub fn activity(app: &str) -> String {
    format!("/apps/{app}/activity")
}

/// A pending enrolment; `DELETE` drops it.
#[must_use]
pub fn enrolment(id: &str) -> String {
    format!("/account/second-factor/enrolments/{id}")
}

/// A notice; `DELETE` dismisses it.
#[must_use]
pub fn notice(id: &str) -> String {
    format!("/account/notices/{id}")
}
