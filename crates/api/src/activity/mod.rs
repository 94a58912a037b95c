//! The audit trail of an app.

mod csv_export;
mod query;
mod responses;
pub(crate) mod routes;
pub(crate) mod store;
