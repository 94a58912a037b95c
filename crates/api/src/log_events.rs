//! The words in the log's field `event`. An operator's alerts hang on them: they stay, and docs/operations.md has them all.

/// Somebody gave login and password. `outcome`: `right_password`, `wrong_credentials`, `throttled`, `busy`.
pub const SIGN_IN: &str = "sign_in";
/// Somebody typed a code or a recovery code. `outcome`: `right`, `wrong`, `already_used`, `refused`.
pub const SECOND_FACTOR: &str = "second_factor";
/// Too many wrong codes in a row blocked somebody's second factor.
pub const SECOND_FACTOR_BLOCKED: &str = "second_factor_blocked";
/// A deployment ended. `outcome`: `done`, `failed`, `interrupted`.
pub const DEPLOYMENT: &str = "deployment";
/// What should be served cannot be: its release is gone or does not answer.
pub const ENVIRONMENT_DOWN: &str = "environment_down";
/// The database was locked for longer than requests wait.
pub const DATABASE_BUSY: &str = "database_busy";
/// There was no room.
pub const DISK_FULL: &str = "disk_full";
/// A request failed for a reason of the server's own.
pub const REQUEST_FAILED: &str = "request_failed";
/// A letter was given up.
pub const EMAIL_FAILED: &str = "email_failed";
/// There is no account yet.
pub const NO_ACCOUNT: &str = "no_account";
/// The server is ready.
pub const STARTED: &str = "started";
/// The server has ended in order.
pub const STOPPED: &str = "stopped";

/// Every one, with the outcomes that it may have.
pub const ALL: &[(&str, &[&str])] = &[
    (SIGN_IN, &["right_password", "wrong_credentials", "throttled", "busy"]),
    (SECOND_FACTOR, &["right", "wrong", "already_used", "refused"]),
    (SECOND_FACTOR_BLOCKED, &[]),
    (DEPLOYMENT, &["done", "failed", "interrupted"]),
    (ENVIRONMENT_DOWN, &[]),
    (DATABASE_BUSY, &[]),
    (DISK_FULL, &[]),
    (REQUEST_FAILED, &[]),
    (EMAIL_FAILED, &[]),
    (NO_ACCOUNT, &[]),
    (STARTED, &[]),
    (STOPPED, &[]),
];
