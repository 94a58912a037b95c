//! The audit trail of an app.

mod csv_export;
pub(crate) mod entry;
mod responses;
pub(crate) mod routes;
pub(crate) mod store;
