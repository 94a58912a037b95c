//! One folder per flow. Components that draw take plain props; those that load and send data stand beside them.

pub mod account_notices;
pub mod activity;
pub mod apps;
pub mod code_entry;
pub mod deploy;
pub mod packages;
pub mod recovery_codes;
pub mod sessions;
pub mod shell;
pub mod sign_in;
pub mod step_up;
pub mod transport;
pub mod upload;
