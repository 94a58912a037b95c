//! The Deployment Package Repository: its list, a package's details, and taking one away.

mod delete;
mod deploy_menu;
mod details;
mod filter;
mod manifest;
mod row;
mod section;

pub use delete::DeleteDialog;
pub use details::DetailsDialog;
pub use section::RepositorySection;
