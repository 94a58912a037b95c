//! The apps I belong to.

mod card;
mod page;

pub use page::AppsPage;
