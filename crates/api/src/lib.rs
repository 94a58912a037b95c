//! The REST API of Padlock: an axum router over [`ports`], with in-memory adapters in `memory`.
//!
//! It also compiles to WebAssembly: the designers' preview runs this router in a browser tab.

mod accounts;
mod activity;
mod app_state;
mod apps;
pub mod auth;
mod cleanup;
pub mod demo;
mod deployments;
mod environments;
mod health;
mod http;
pub mod jobs;
pub mod keyring;
mod live_updates;
pub mod log_events;
#[cfg(feature = "memory")]
pub mod memory;
mod notifications;
mod openapi;
pub mod operator;
pub mod packages;
mod portal;
pub mod ports;
mod refusals;
mod router;
mod second_factor;
mod sessions;
mod startup;
mod unit_of_work;

pub use app_state::{Api, Config, DEFAULT_UPLOADS_PER_HOUR};
pub use http::concurrency_limit::{ConcurrencyLimit, ConcurrencyPermit};
pub use http::{ClientAddress, problem_response};
pub use ports::Ports;
pub use router::openapi;
pub use unit_of_work::{Committed, UnitOfWork};
