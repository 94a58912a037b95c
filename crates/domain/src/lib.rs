//! The rules of Padlock.
//!
//! The crate does no I/O, is not async and reads neither clock nor randomness: callers pass time and entropy as
//! arguments. Start with [`access`], which decides who may do what, and [`operation`], which holds the table of rules.

pub mod access;
pub mod account;
pub mod account_entry;
pub mod activity;
pub mod app;
mod backoff;
pub mod credential;
pub mod deployment;
pub mod device;
pub mod environment;
pub mod grant;
pub mod ids;
pub mod operation;
pub mod package;
pub mod password;
pub mod permission;
pub mod reason;
pub mod second_factor;
pub mod session;
pub mod slug;
pub mod text;
pub mod throttle;
pub mod time;

pub use access::{PasswordProof, StepUp};
pub use account::{Account, Login, PasswordHash};
pub use account_entry::{AccountEntry, AccountEvent};
pub use app::{App, Membership, Promotion};
pub use credential::CredentialKind;
pub use deployment::Deployment;
pub use environment::{Environment, EnvironmentState, Release};
pub use grant::{Grant, Target, WrongGrant};
pub use ids::{
    AccountEntryId, AccountId, ActivityId, AppId, DeploymentId, EnrolmentId, EnvironmentId, JobId, PackageId, SessionId,
};
pub use jiff::{SignedDuration, Timestamp};
pub use operation::Operation;
pub use package::{Manifest, Package, PackageLimits, PackageRef};
pub use password::Password;
pub use permission::{Permission, PermissionSet};
pub use reason::Reason;
pub use session::{AuthorisedWindow, MfaChallenge, SealedWindow, SecretHash, Session, SessionKind};
pub use slug::Slug;
