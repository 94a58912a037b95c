//! The REST API of Padlock: an axum router over [`ports`], with in-memory adapters in [`memory`].
//!
//! It compiles to wasm, where the designers' preview runs this very router in a tab.

mod account;
mod activity;
mod app_state;
mod apps;
pub mod auth;
mod cleanup;
pub mod demo;
pub mod demo_controls;
mod deployments;
mod environments;
mod health;
mod http;
pub mod keyring;
mod live_updates;
pub mod log_events;
pub mod memory;
mod notifications;
mod openapi;
pub mod operator;
pub mod packages;
mod portal;
pub mod ports;
mod router;
mod second_factor;
mod sessions;
mod startup;

pub use app_state::{Api, Config};
pub use http::client_address::ClientAddress;
pub use ports::Ports;
pub use router::openapi;

/// The API as a router: everything below `/api`.
pub fn router(ports: Ports, config: Config) -> axum::Router {
    Api::new(ports, config).router()
}
