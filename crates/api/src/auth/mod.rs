//! Authentication and authorisation: session secrets, passwords, and what the signed-in account may do.

mod app_access;
pub(crate) mod errors;
pub mod new_password;
pub(crate) mod password_confirmation;
pub mod password_hashing;
pub(crate) mod password_throttles;
pub(crate) mod session_cookie;
pub(crate) mod session_secret;
mod signed_in;
pub(crate) mod window;

pub(crate) use app_access::{AppAccess, find_environment};
pub(crate) use session_secret::{SessionSecret, respond_with_secret};
pub(crate) use signed_in::{SessionOrChallenge, SignedIn, record_account};
