//! What all routes share: problem documents, JSON bodies, paths, query strings, paging, middleware and limits.

mod client_address;
pub(crate) mod concurrency_limit;
pub(crate) mod csv;
mod json;
pub(crate) mod middleware;
mod path;
pub(crate) mod problem;
mod query;

pub use client_address::ClientAddress;
pub(crate) use json::Json;
pub(crate) use path::Path;
pub use problem::problem_response;
pub(crate) use problem::{ApiError, Result};
pub(crate) use query::{Paging, Query, bounded_page};
