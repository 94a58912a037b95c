//! Enrolling and proving the second factor: the domain decides, this loads, seals and saves.
//!
//! A input goes in two steps. [`look`] charges the try in a commit of its own, then looks at the code. What comes of a right
//! one is a [`VerifiedCode`], which is spent in the very transaction that does what it pays for: of a hundred that hold the same
//! code, one spends it.

mod codes;
mod look;
mod seals;
mod spend;
mod tell;

pub(crate) use codes::{first_codes, left, new_codes, read_codes, regenerating, viewing};
pub(crate) use look::verify_code;
pub(crate) use seals::{decrypt_mail_code, decrypt_seed, encrypt_mail_code, encrypt_seed};
pub(crate) use spend::{ConsumedCode, VerifiedCode};
pub(crate) use tell::{notice, post, record};
