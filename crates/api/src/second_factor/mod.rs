//! Enrolling and verifying the second factor: the domain decides, this loads, encrypts and saves.
//!
//! Verification has two steps. [`verify`] records the attempt in a transaction of its own, then compares the code. A
//! correct one becomes a `VerifiedCode`, which is consumed in the transaction that does what it authorises: of a hundred
//! requests with the same code, one succeeds.

mod consume;
mod encryption;
pub(crate) mod fresh_code;
mod mail_code;
pub(crate) mod recovery_codes;
mod routes;
pub(crate) mod store;
mod verify;

pub(crate) use mail_code::send_mail_code;
pub(crate) use routes::{find_pending, router};
