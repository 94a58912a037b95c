//! The server-sent events of `GET /apps/{app}/events`. Those named `change` have a [`Change`] as their data. Those named
//! `heartbeat` say that the stream works.

use serde::{Deserialize, Serialize};

/// The name of the events that report a change.
pub const CHANGE_EVENT: &str = "change";
/// The name of the events that say that the stream works. The first one is sent at once.
pub const HEARTBEAT_EVENT: &str = "heartbeat";
/// A client that receives no event for so long, in milliseconds, is not up to date: something between it and the server
/// holds the events back. The server sends a heartbeat at least every 10 seconds.
pub const SILENCE_MILLIS: u32 = 20_000;

/// A change in an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Change {
    /// The state, package or deployment of an environment changed. Clients fetch the environment again.
    Environment {
        /// The slug of the environment.
        environment: String,
    },
    /// A package was added to the repository or deleted. Clients fetch the packages again.
    Packages,
    /// Events may have been lost. Clients fetch everything again.
    Missed,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}
