//! What all routes share: problem documents, JSON bodies, query strings, paging, middleware and limits.

pub(crate) mod client_address;
pub(crate) mod concurrency_limit;
pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod middleware;
pub(crate) mod problem;
pub(crate) mod query;
