//! The audit trail of an app.

mod csv_export;
mod responses;
pub(crate) mod routes;
pub(crate) mod store;
