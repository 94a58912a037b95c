//! Deployments.

use serde::{Deserialize, Deserializer, Serialize};

use crate::packages::PackageRef;
use crate::{Person, Time};

/// The body of `POST …/deployments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDeployment {
    /// The id of the package.
    pub package_id: String,
    /// For a transport, the slug or id of the source, which must be the previous environment and have this package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The id of the package that the client expects on the target, or `null` for an empty target. If the target has
    /// another package, the response is 409 `moved`. If absent, any package is replaced.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub replaces: Option<Option<String>>,
    /// Whether to start the package afterwards. Defaults to `true`.
    #[serde(default = "default_start")]
    pub start: bool,
}

const fn default_start() -> bool {
    true
}

/// Distinguishes a field that is `null` from an absent one.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The state of a deployment or of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeploymentState {
    /// It has not begun.
    Queued,
    /// It is in progress.
    Running,
    /// It succeeded.
    Done,
    /// It failed.
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
    /// Verifies the hash of the package.
    Verify,
    /// Unpacks the package beside the running version.
    Unpack,
    /// Starts the new version beside the running one and waits until it responds.
    Start,
    /// Replaces the running version.
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

/// A stage of a deployment with its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StageState {
    /// The stage.
    pub name: Stage,
    /// The state of the stage.
    pub state: DeploymentState,
    /// The time at which the stage began.
    pub started_at: Option<Time>,
    /// The time at which the stage ended.
    #[serde(default)]
    pub ended_at: Option<Time>,
    /// How far the stage is, while it runs and if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<StageProgress>,
}

/// How far a stage is, in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StageProgress {
    /// How many files are done.
    pub done: u32,
    /// How many files there are.
    pub total: u32,
}

/// The stable code for why a deployment failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The server stopped, or the deployment or its environment changed concurrently.
    Interrupted,
    /// The account that requested the deployment no longer has the permission.
    PermissionWithdrawn,
    /// The hash of the file differs from the uploaded one.
    HashMismatch,
    /// The package could not be unpacked.
    Unreadable,
    /// The disk was full.
    DiskFull,
    /// The new version did not respond. The old version was not affected.
    DidNotStart,
    /// Another error occurred; the server's log has the cause.
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
    /// The stable code.
    pub code: FailureCode,
    /// The sentence for the user, which says what is still running.
    pub message: String,
}

/// A deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deployment {
    /// The id of the deployment.
    pub id: String,
    /// The slug of the target environment.
    pub environment: String,
    /// The slug of the environment that the package was transported from, if any.
    pub from: Option<String>,
    /// The package.
    pub package: PackageRef,
    /// The package that it replaces, if any.
    pub replaces: Option<PackageRef>,
    /// The state of the deployment.
    pub state: DeploymentState,
    /// All stages, in order.
    pub stages: Vec<StageState>,
    /// Why the deployment failed, if it did.
    pub reason: Option<FailureReason>,
    /// The person who requested the deployment.
    pub requested_by: Person,
    /// The time of the request.
    pub created_at: Time,
    /// The time at which the deployment ended.
    pub finished_at: Option<Time>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_and_absent_replaces_are_distinguished() {
        let parse = |json| serde_json::from_str::<NewDeployment>(json).unwrap().replaces;
        assert_eq!(parse(r#"{"package_id":"p"}"#), None);
        assert_eq!(parse(r#"{"package_id":"p","replaces":null}"#), Some(None));
        assert_eq!(parse(r#"{"package_id":"p","replaces":"q"}"#), Some(Some("q".into())));
    }

    #[test]
    fn start_defaults_to_true() {
        assert!(serde_json::from_str::<NewDeployment>(r#"{"package_id":"p"}"#).unwrap().start);
    }

    #[test]
    fn unknown_and_duplicate_fields_are_rejected() {
        assert!(serde_json::from_str::<NewDeployment>(r#"{"package_id":"p","authorised_until":"x"}"#).is_err());
        assert!(serde_json::from_str::<NewDeployment>(r#"{"package_id":"p","package_id":"q"}"#).is_err());
    }
}
