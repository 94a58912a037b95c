//! Signing in.

pub mod code;
mod page;
pub mod typed;
pub mod view;

pub use page::SignInPage;
