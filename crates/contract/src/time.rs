//! Times on the wire.

use padlock_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// An instant in RFC 3339, UTC, to the millisecond: `2026-11-12T09:30:00.000Z`.
///
/// It stays text here: browsers read it with their own `Date`, so that the app carries no calendar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
#[serde(transparent)]
pub struct Time(String);

impl Time {
    /// As it came over the wire.
    #[must_use]
    pub const fn from_wire(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Timestamp> for Time {
    fn from(at: Timestamp) -> Self {
        Self(format!("{at:.3}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn always_to_the_millisecond() {
        assert_eq!(Time::from(Timestamp::UNIX_EPOCH).as_str(), "1970-01-01T00:00:00.000Z");
    }
}
