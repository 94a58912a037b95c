//! The sign-in page, with the password first and, if the account requires it, a code after that.

pub mod code;
mod page;
pub mod view;

pub use page::SignInPage;
