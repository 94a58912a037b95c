//! The page that lists the visitor's apps.

mod card;
mod page;

pub use page::AppsPage;
