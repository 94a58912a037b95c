//! Identifiers: one type for each thing that has one, so that they cannot be mixed up.
//!
//! Each is a UUID version 7 (RFC 9562 §5.7), so that ids made later sort later; on the wire they are opaque strings.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

/// The text is not an id of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id from the present time (milliseconds count) and ten random bytes.
            #[must_use]
            pub fn new(now: Timestamp, entropy: [u8; 10]) -> Self {
                let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
                Self(Builder::from_unix_timestamp_millis(millis, &entropy).into_uuid())
            }

            /// The least of all ids that are made in the millisecond of `at`.
            #[must_use]
            pub fn first_at(at: Timestamp) -> Self {
                Self::new(at, [0; 10])
            }

            /// The id's sixteen bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
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
    /// A person's account.
    AccountId,
    /// An app.
    AppId,
    /// An environment of an app.
    EnvironmentId,
    /// A deployment package in an app's repository.
    PackageId,
    /// One deployment: a package on its way onto an environment.
    DeploymentId,
    /// A session, as its owner sees it in the list; not the secret that proves it.
    SessionId,
    /// An entry of the audit trail.
    ActivityId,
    /// An enrolment, and the second factor that comes of it.
    EnrolmentId,
    /// Something that happened to an account.
    AccountEntryId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        let id = AppId::new(Timestamp::UNIX_EPOCH, [7; 10]);
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn later_ids_sort_later() {
        let first = AppId::new(Timestamp::from_second(1_000).unwrap(), [255; 10]);
        let second = AppId::new(Timestamp::from_second(1_001).unwrap(), [0; 10]);
        assert!(first < second);
        assert!(AppId::first_at(Timestamp::from_second(1_000).unwrap()) <= first);
        assert!(first < AppId::first_at(Timestamp::from_millisecond(1_000_001).unwrap()));
    }

    #[test]
    fn other_text_is_not_an_id() {
        for text in ["", "shop", "../../etc/passwd", "0190"] {
            assert_eq!(text.parse::<AppId>(), Err(InvalidId));
        }
    }
}
