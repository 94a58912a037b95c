//! `GET /apps/{app}/activity`: an app's audit trail, the latest first.

use serde::{Deserialize, Serialize};

use crate::{Person, Time};

/// Every `type` that an entry may have.
pub const TYPES: &[&str] = padlock_domain::activity::Event::KINDS;

/// One entry. Entries are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivityEntry {
    /// Its id.
    pub id: String,
    /// When.
    pub at: Time,
    /// What kind of thing happened, as a stable word.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who did it; absent for what the server did by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// The slug of the environment it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The sentence for a person, without the one who did it: "transported 1.2.0 to Production, in place of 1.1.0".
    pub text: String,
}
