//! The audit trail of an app: `GET /apps/{app}/activity`, latest first.

use serde::{Deserialize, Serialize};

use crate::{Person, Time};

/// The values of an entry's `type`.
pub const TYPES: &[&str] = padlock_domain::activity::Event::KINDS;

/// An entry of the audit trail. Entries are append-only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivityEntry {
    /// The id of the entry.
    pub id: String,
    /// The time of the event.
    pub at: Time,
    /// The stable name of the kind of event.
    #[serde(rename = "type")]
    pub kind: String,
    /// The person who caused the event. Absent for events caused by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// The slug of the environment, for events of one environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The display text, without the person: "transported 1.2.0 to Production, in place of 1.1.0".
    pub text: String,
    /// The same text in parts, with the objects that it names.
    #[serde(default)]
    pub parts: Vec<TextPart>,
}

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TextPart {
    /// The text.
    pub text: String,
    /// The object that the text names. It may have been deleted since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<NamedObject>,
}

/// An object that a sentence names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NamedObject {
    /// A version, by the id of its package. Entries of earlier versions of Padlock have no id.
    Package {
        /// The id of the package.
        id: Option<String>,
    },
    /// An environment, by its slug.
    Environment {
        /// The slug of the environment.
        slug: String,
    },
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}
