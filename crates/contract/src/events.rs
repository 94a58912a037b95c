//! What `GET /apps/{app}/events` sends (server-sent events): the event's name is `change`, its data one of these.

use serde::{Deserialize, Serialize};

/// Something changed in the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Change {
    /// An environment: its state, what lies there, or its deployment's stage. Fetch its card again.
    Environment {
        /// Its slug.
        environment: String,
    },
    /// The repository: a package came or went. Fetch the list again.
    Packages,
    /// Events may have been missed. Fetch everything again.
    Missed,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}
