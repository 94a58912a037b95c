//! One story of the API over every adapter: in memory, and SQLite with files.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod access;
mod activity;
mod client;
mod deployments;
mod document;
mod enrolment;
mod held_open;
mod moody;
mod packages;
mod phone;
mod races;
mod recovery;
mod sessions;
mod step_up;
mod step_up_races;
mod step_up_table;
mod world;

/// Runs each of these stories over both adapters.
macro_rules! over_both {
    ($($name:ident),+ $(,)?) => {
        mod in_memory {
            $(#[tokio::test] async fn $name() { super::$name($crate::world::World::in_memory().await).await; })+
        }
        mod on_disk {
            $(#[tokio::test] async fn $name() { super::$name($crate::world::World::on_disk().await).await; })+
        }
    };
}
pub(crate) use over_both;
