//! Deployments: requesting, carrying out and showing them.

pub(crate) mod execution;
pub(crate) mod responses;
pub(crate) mod routes;
pub(crate) mod store;
pub(crate) mod unpack_progress;

pub(crate) use execution::{end_interrupted, run};
