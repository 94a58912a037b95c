//! Turns the refusals of the domain into problem documents: missing permissions and proofs, codes and enrolments that are not
//! accepted, and deployments that do not fit. Several capabilities share them.
//!
//! Fields that cannot be parsed are reported where they are read. Failures of the server become an
//! [`ApiError`](crate::http::ApiError) where they happen.

pub(crate) mod access;
pub(crate) mod deployments;
pub(crate) mod second_factor;
