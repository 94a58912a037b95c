//! The values of the log field `event`. Operators' alerts depend on them, so they never change.
//! docs/operations.md lists them all.

/// A sign-in with login and password. `outcome`: `right_password`, `wrong_credentials`, `throttled`, `busy`.
pub const SIGN_IN: &str = "sign_in";
/// An attempt with a code or a recovery code. `outcome`: `right`, `wrong`, `already_used`, `refused`.
pub const SECOND_FACTOR: &str = "second_factor";
/// A second factor was blocked after too many wrong codes in a row.
pub const SECOND_FACTOR_BLOCKED: &str = "second_factor_blocked";
/// The authorised window of a session has a wrong seal: somebody changed the database, or the key file.
pub const WINDOW_REJECTED: &str = "window_rejected";
/// The clock was moved back; the windows that were proved by the clock before are closed.
pub const CLOCK_MOVED_BACK: &str = "clock_moved_back";
/// A deployment ended. `outcome`: `done`, `failed`, `interrupted`.
pub const DEPLOYMENT: &str = "deployment";
/// An environment cannot be served: its release is missing or does not respond.
pub const ENVIRONMENT_DOWN: &str = "environment_down";
/// The database was locked for longer than a request waits.
pub const DATABASE_BUSY: &str = "database_busy";
/// The connection to the database was lost, or the database does not answer.
pub const DATABASE_LOST: &str = "database_lost";
/// The disk is full.
pub const DISK_FULL: &str = "disk_full";
/// A request failed with an internal error.
pub const REQUEST_FAILED: &str = "request_failed";
/// An email was not sent, and there is no further attempt.
pub const EMAIL_FAILED: &str = "email_failed";
/// A job failed, and there is no further attempt.
pub const JOB_FAILED: &str = "job_failed";
/// The server started without any account.
pub const NO_ACCOUNT: &str = "no_account";
/// The server started and accepts requests.
pub const STARTED: &str = "started";
/// The server shut down in an orderly way.
pub const STOPPED: &str = "stopped";

/// All values, each with its possible outcomes.
pub const ALL: &[(&str, &[&str])] = &[
    (SIGN_IN, &["right_password", "wrong_credentials", "throttled", "busy"]),
    (SECOND_FACTOR, &["right", "wrong", "already_used", "refused"]),
    (SECOND_FACTOR_BLOCKED, &[]),
    (WINDOW_REJECTED, &[]),
    (CLOCK_MOVED_BACK, &[]),
    (DEPLOYMENT, &["done", "failed", "interrupted"]),
    (ENVIRONMENT_DOWN, &[]),
    (DATABASE_BUSY, &[]),
    (DATABASE_LOST, &[]),
    (DISK_FULL, &[]),
    (REQUEST_FAILED, &[]),
    (EMAIL_FAILED, &[]),
    (JOB_FAILED, &[]),
    (NO_ACCOUNT, &[]),
    (STARTED, &[]),
    (STOPPED, &[]),
];
