//! Environments: listing, starting, stopping and restarting them.

mod lifecycle;
mod reconcile;
pub(crate) mod responses;
pub(crate) mod routes;
pub(crate) mod store;
