//! Apps and their teams.

pub(crate) mod routes;
pub(crate) mod store;
