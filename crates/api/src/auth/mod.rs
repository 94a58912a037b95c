//! Who is asking, and what they may do.

pub(crate) mod app_access;
pub(crate) mod errors;
pub(crate) mod password_confirmation;
pub mod password_hashing;
pub(crate) mod password_throttles;
pub(crate) mod session_secret;
pub(crate) mod signed_in;
