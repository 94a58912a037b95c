//! Entering a code of the second factor: the field, the reasons why a code is refused, and the form. Used by step-up,
//! sign-in and the recovery codes.

mod entry;
mod field;
mod form;
mod rejection;

pub use entry::CodeEntry;
pub use field::{CodeField, ToggleModeButton, form_error};
pub use form::{CodeForm, send_code};
pub use rejection::Rejection;
