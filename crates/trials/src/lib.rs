//! Trials of the real server: it is started in a process of its own, loaded, hurt and killed, and held to what it said.
//!
//! The server's tests use it for minutes, the soak for hours. Nothing of it is part of the product: what cannot be done
//! ends the trial.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tools of tests")]

mod books;
mod client;
mod clock;
mod database;
mod place;
mod process;
mod sample;
mod worker;

pub use books::{Books, Held};
pub use client::{Answer, Client, Request};
pub use clock::{Watch, code, step};
pub use database::{Lock, change, sound, state};
pub use place::{PASSWORD, Place, dist};
pub use process::Process;
pub use sample::{Sample, Served, large, noise, served};
pub use worker::{Tally, Worker};
