//! The frame around every page of a signed-in visitor, and the pages for errors.

mod connection_strip;
mod error_page;
mod favicon;
mod frame;

pub use error_page::{NotFoundPage, error_page, no_such_app};
pub use frame::Frame;
