//! Deployments: requesting, carrying out and showing them.

pub(crate) mod job;
pub(crate) mod responses;
pub(crate) mod routes;
pub(crate) mod store;
pub(crate) mod unpack_progress;

pub(crate) use job::{end_interrupted, run};
