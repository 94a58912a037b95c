//! Authentication and authorisation: credentials, passwords, and what the account behind a request may do.

mod account_access;
mod app_access;
pub mod new_password;
pub(crate) mod password_confirmation;
pub mod password_hashing;
pub(crate) mod password_throttles;
mod principal;
mod route_operations;
pub(crate) mod session_cookie;
pub(crate) mod session_secret;
pub(crate) mod window;

pub(crate) use account_access::AccountAccess;
pub(crate) use app_access::{AppAccess, AppTarget, LockedAppAccess, find_environment};
pub(crate) use principal::{
    Credential, PendingSignIn, Principal, SessionCredential, SessionOrChallenge, SignedIn, record_account,
};
pub(crate) use route_operations::authorised;
pub(crate) use session_secret::{SessionSecret, respond_with_secret};
