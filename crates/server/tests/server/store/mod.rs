//! The contract of the store port, tested with both of its implementations.

mod accounts;
mod activity;
mod apps;
mod concurrency;
mod deployments;
mod environments;
pub(crate) mod fixtures;
mod jobs;
mod mfa_challenges;
mod notifications;
mod packages;
mod second_factor;
mod sessions;
mod transactions;
