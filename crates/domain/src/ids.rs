//! Identifiers, one type per kind of entity.
//!
//! Each is a UUID version 7 (RFC 9562 §5.7), so ids sort by creation time. Clients treat them as opaque strings.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// The error returned for text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Creates an id from the present time, in milliseconds, and ten random bytes.
            #[must_use]
            pub fn new(now: Timestamp, entropy: [u8; 10]) -> Self {
                let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
                Self(Builder::from_unix_timestamp_millis(millis, &entropy).into_uuid())
            }

            /// Returns the smallest id that can be created in the millisecond of `at`.
            #[must_use]
            pub fn min_at(at: Timestamp) -> Self {
                Self::new(at, [0; 10])
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )+};
}

ids! {
    /// The id of an account.
    AccountId,
    /// The id of an app.
    AppId,
    /// The id of an environment.
    EnvironmentId,
    /// The id of a package.
    PackageId,
    /// The id of a deployment.
    DeploymentId,
    /// The public id of a session. It is not the session's secret.
    SessionId,
    /// The id of an entry of an app's audit trail.
    ActivityId,
    /// The id of an enrolment and of the second factor that it creates.
    EnrolmentId,
    /// The id of an entry of an account's audit trail.
    AccountEntryId,
    /// The id of a job.
    JobId,
}

/// The job of a deployment has the deployment's id.
impl From<DeploymentId> for JobId {
    fn from(DeploymentId(id): DeploymentId) -> Self {
        Self(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_parses_from_its_text() {
        let id = AppId::new(Timestamp::UNIX_EPOCH, [7; 10]);
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn later_ids_sort_later() {
        let first = AppId::new(Timestamp::from_second(1_000).unwrap(), [255; 10]);
        let second = AppId::new(Timestamp::from_second(1_001).unwrap(), [0; 10]);
        assert!(first < second);
        assert!(AppId::min_at(Timestamp::from_second(1_000).unwrap()) <= first);
        assert!(first < AppId::min_at(Timestamp::from_millisecond(1_000_001).unwrap()));
    }

    #[test]
    fn other_text_is_not_an_id() {
        for text in ["", "shop", "../../etc/passwd", "0190"] {
            assert_eq!(text.parse::<AppId>(), Err(InvalidId));
        }
    }
}
