//! Enrolling and proving the second factor: the domain decides, this loads, seals and saves.
//!
//! A input goes in two steps. [`look`] charges the try in a commit of its own, then looks at the code. What comes of a right
//! one is a [`VerifiedCode`], which is spent in the very transaction that does what it pays for: of a hundred that hold the same
//! code, one spends it.

mod consume;
mod encryption;
mod errors;
pub(crate) mod recovery_codes;
mod routes;
pub(crate) mod store;
mod verify;

pub(crate) use routes::router;
