//! The caller's own account, and accounts in responses and in the store.

pub(crate) mod display_names;
pub(crate) mod responses;
pub(crate) mod routes;
pub(crate) mod store;
