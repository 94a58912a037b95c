//! Proving the second factor by a code: the field, what the API says to it, and the form around it. At a padlock, at
//! sign-in and before the recovery codes alike.

mod attempt;
mod field;
mod form;
mod verdict;

pub use attempt::Attempt;
pub use field::{CodeField, OtherWay, trouble};
pub use form::CodeForm;
pub use verdict::Verdict;
