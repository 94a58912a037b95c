//! The activity of an app: who did what on which day, the latest first.

mod choice;
mod day;
mod export;
mod filters;
mod kinds;
mod list;
mod page;
mod people;
mod timeline;

pub use page::ActivityPage;
