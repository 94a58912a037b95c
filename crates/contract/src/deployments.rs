//! Deployments: asking for one, and watching it.

use serde::{Deserialize, Deserializer, Serialize};

use crate::packages::PackageRef;
use crate::{Person, Time};

/// `POST …/deployments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDeployment {
    /// The package.
    pub package_id: String,
    /// For a transport: the environment (slug or id) it comes from, which must be the one before and hold that package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The package id seen on the target, or `null` for an empty one. If something else is there by now, the answer is
    /// 409 `moved`. Left out, whatever is there is replaced.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub replaces: Option<Option<String>>,
    /// Whether to start it afterwards; `true` unless said otherwise.
    #[serde(default = "yes")]
    pub start: bool,
}

const fn yes() -> bool {
    true
}

/// Tells a field that is `null` from one that is absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// How far a deployment, or one of its stages, has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not begun.
    Queued,
    /// Under way.
    Running,
    /// Ended well.
    Done,
    /// Ended badly.
    Failed,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// A stage of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The package's hash is compared with what was uploaded.
    Verify,
    /// Its files are written beside the old ones.
    Unpack,
    /// The new version is started beside the old one and answers.
    Start,
    /// It takes the old one's place.
    Replace,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

impl From<padlock_domain::deployment::Stage> for Stage {
    fn from(stage: padlock_domain::deployment::Stage) -> Self {
        use padlock_domain::deployment::Stage as Domain;
        match stage {
            Domain::Verify => Self::Verify,
            Domain::Unpack => Self::Unpack,
            Domain::Start => Self::Start,
            Domain::Replace => Self::Replace,
        }
    }
}

/// One stage of a deployment, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StageState {
    /// Which.
    pub name: Stage,
    /// How far it has come.
    pub state: State,
    /// When it began.
    pub started_at: Option<Time>,
}

/// Why a deployment failed, as a stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The server stopped in the middle.
    Interrupted,
    /// The person who asked for it no longer has the permission.
    PermissionWithdrawn,
    /// The file is not what was uploaded.
    HashMismatch,
    /// The file could not be unpacked.
    Unreadable,
    /// The disk is full.
    DiskFull,
    /// The new version did not answer; the old one was never touched.
    DidNotStart,
    /// The store refused.
    Internal,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

impl From<padlock_domain::deployment::Failure> for FailureCode {
    fn from(failure: padlock_domain::deployment::Failure) -> Self {
        use padlock_domain::deployment::Failure as Domain;
        match failure {
            Domain::Interrupted => Self::Interrupted,
            Domain::PermissionWithdrawn => Self::PermissionWithdrawn,
            Domain::HashMismatch => Self::HashMismatch,
            Domain::Unreadable => Self::Unreadable,
            Domain::DiskFull => Self::DiskFull,
            Domain::DidNotStart => Self::DidNotStart,
            Domain::Internal => Self::Internal,
        }
    }
}

/// Why a deployment failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FailureReason {
    /// A stable word.
    pub code: FailureCode,
    /// The sentence for a person, with what still runs.
    pub message: String,
}

/// A deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deployment {
    /// Its id.
    pub id: String,
    /// The slug of the target.
    pub environment: String,
    /// The slug of the environment it was transported from.
    pub from: Option<String>,
    /// What is deployed.
    pub package: PackageRef,
    /// What was there before.
    pub replaces: Option<PackageRef>,
    /// How far it has come.
    pub state: State,
    /// Its stages, all of them.
    pub stages: Vec<StageState>,
    /// Why it failed, if it did.
    pub reason: Option<FailureReason>,
    /// Who asked for it.
    pub requested_by: Person,
    /// When.
    pub created_at: Time,
    /// When it ended.
    pub finished_at: Option<Time>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_not_absent() {
        let read = |json| serde_json::from_str::<NewDeployment>(json).unwrap().replaces;
        assert_eq!(read(r#"{"package_id":"p"}"#), None);
        assert_eq!(read(r#"{"package_id":"p","replaces":null}"#), Some(None));
        assert_eq!(read(r#"{"package_id":"p","replaces":"q"}"#), Some(Some("q".into())));
    }

    #[test]
    fn it_starts_unless_told_otherwise() {
        assert!(serde_json::from_str::<NewDeployment>(r#"{"package_id":"p"}"#).unwrap().start);
    }

    #[test]
    fn what_a_client_may_not_say_is_refused() {
        assert!(serde_json::from_str::<NewDeployment>(r#"{"package_id":"p","authorised_until":"x"}"#).is_err());
        assert!(serde_json::from_str::<NewDeployment>(r#"{"package_id":"p","package_id":"q"}"#).is_err());
    }
}
