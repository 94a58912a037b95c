//! Times in requests and responses.

use padlock_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// A time in RFC 3339, in UTC with milliseconds: `2026-11-12T09:30:00.000Z`.
///
/// It is stored as text because the app parses it with the browser's `Date` (docs/adr/0005).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
#[serde(transparent)]
pub struct Time(String);

impl Time {
    /// Wraps a time as received, without parsing it.
    #[must_use]
    pub const fn from_wire(text: String) -> Self {
        Self(text)
    }

    /// Returns the time as text.
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
    fn times_are_formatted_with_milliseconds() {
        assert_eq!(Time::from(Timestamp::UNIX_EPOCH).as_str(), "1970-01-01T00:00:00.000Z");
    }
}
