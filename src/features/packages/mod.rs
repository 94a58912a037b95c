//! The Deployment Package Repository: the list of packages, the details of a package, and its deletion.

mod delete;
mod deploy_menu;
mod details;
mod filter;
mod manifest;
mod row;
mod section;
mod warnings;

pub use delete::DeleteDialog;
pub use details::DetailsDialog;
pub use section::RepositorySection;
pub use warnings::package_warnings;
