//! Load and fault tests of the real server, which runs in a process of its own.
//!
//! The server's tests, the soak test and the benchmark use this crate. Nothing of it is part of the product. Whatever fails
//! panics, except requests: without a complete response they return an [`std::io::Error`].
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    reason = "test tools"
)]

mod client;
mod clock;
mod database;
mod durations;
mod expected_state;
mod http;
mod installation;
pub mod postgres;
mod sample_package;
mod server_process;
mod site;
mod worker;

pub use client::{Client, PASSWORD};
pub use clock::{Stopwatch, current_step, totp_code};
pub use database::{DatabaseLock, assert_integrity, dump, execute};
pub use durations::Durations;
pub use expected_state::{EnvironmentState, ExpectedState};
pub use http::{Request, Response, connect_from, read_response, send_raw};
pub use installation::Installation;
pub use sample_package::{SamplePackage, write_large_package};
pub use server_process::ServerProcess;
pub use worker::{ResponseCounts, Worker};
