//! Turns the refusals of the domain into problem documents, with the sentences that people read.
//!
//! This is the only place that does. What goes wrong in the server itself becomes an
//! [`ApiError`](crate::http::ApiError) there.

pub(crate) mod access;
pub(crate) mod deployments;
pub(crate) mod second_factor;
