//! The server-sent events of `GET /apps/{app}/events`. Their name is `change`, their data a [`Change`].

use serde::{Deserialize, Serialize};

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
