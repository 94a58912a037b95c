//! The demo's accounts, apps, packages and history. Only `--demo` and the preview create them.

pub(crate) mod controls;
mod error;
mod history;
mod package;
mod people;
pub(crate) mod routes;
mod seed;

pub use controls::{DemoClock, DemoControls};
pub use error::SeedError;
pub use people::{DemoPerson, PASSWORD, PEOPLE};
pub use seed::{package_files, seed};
