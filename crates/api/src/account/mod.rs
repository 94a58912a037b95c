//! A person's own account, and how accounts are shown.

pub(crate) mod display_names;
pub(crate) mod responses;
pub(crate) mod routes;
pub(crate) mod store;
