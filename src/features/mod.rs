//! One folder per flow. What draws knows only plain props; what wires data stands beside it.

pub mod account;
pub mod activity;
pub mod apps;
pub mod board;
pub mod deploy;
pub mod kit;
pub mod packages;
#[cfg(feature = "preview")]
pub mod preview;
pub mod proof;
pub mod recovery_codes;
pub mod shell;
pub mod sign_in;
pub mod step_up;
pub mod transport;
pub mod upload;
