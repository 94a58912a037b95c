//! Tests of the API with each set of adapters: in memory, and SQLite or PostgreSQL with files.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod activity;
mod authenticator;
mod client;
mod concurrency;
mod demo;
mod deployments;
mod failing_store;
mod hostile_requests;
mod jobs;
mod limits;
mod live_updates;
mod openapi;
mod operations;
mod owner_notices;
mod packages;
mod permissions;
mod revocation;
mod second_factor;
mod sessions;
mod test_api;

/// Runs each of these test functions with each set of adapters.
macro_rules! for_each_backend {
    ($($name:ident),+ $(,)?) => {
        mod in_memory {
            $(#[tokio::test] async fn $name() { super::$name($crate::test_api::TestApi::in_memory().await).await; })+
        }
        mod on_disk {
            $(#[tokio::test] async fn $name() { super::$name($crate::test_api::TestApi::on_disk().await).await; })+
        }
        mod on_postgres {
            $(#[tokio::test] async fn $name() { super::$name($crate::test_api::TestApi::on_postgres().await).await; })+
        }
    };
}
pub(crate) use for_each_backend;
