//! Enrolling and proving the second factor: the domain decides, this loads, seals and saves.
//!
//! A proof goes in two steps. [`look`] charges the try in a commit of its own, then looks at the code. What comes of a right
//! one is a [`Proven`], which is spent in the very transaction that does what it pays for: of a hundred that hold the same
//! code, one spends it.

mod codes;
mod look;
mod seals;
mod spend;
mod tell;

pub(crate) use codes::{first_codes, left, new_codes, read_codes, regenerating, viewing};
pub(crate) use look::look;
pub(crate) use seals::{open_mailed_code, open_seed, seal_mailed_code, seal_seed};
pub(crate) use spend::{Proven, Spent};
pub(crate) use tell::{notice, post, record};
