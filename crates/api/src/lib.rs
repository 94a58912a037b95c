//! The REST API of Padlock: an axum router over [`ports`], with in-memory adapters in [`memory`].
//!
//! It compiles to wasm, where the designers' preview runs this very router in a tab.

pub mod archive;
mod bus;
mod csv;
pub mod demo;
mod error;
pub mod event;
mod extract;
mod guard;
pub mod hashing;
pub mod keyring;
pub mod memory;
pub mod operator;
mod passwords;
mod places;
pub mod ports;
mod routes;
mod second_factor;
mod state;
mod throttles;
mod view;
mod work;

pub use extract::ClientAddress;
pub use routes::openapi;
pub use state::{Api, Config, Ports};

/// The API as a router: everything below `/api`.
pub fn router(ports: Ports, config: Config) -> axum::Router {
    Api::new(ports, config).router()
}
