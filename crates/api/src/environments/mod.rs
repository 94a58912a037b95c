//! Environments: listing, starting, stopping and restarting them.

mod lifecycle;
pub(crate) mod locks;
mod reconcile;
pub(crate) mod responses;
pub(crate) mod routes;
pub(crate) mod store;
