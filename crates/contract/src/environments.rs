//! Environments, as the deploy page shows them.

use serde::{Deserialize, Serialize};

use crate::deployments::Deployment;
use crate::packages::PackageRef;
use crate::{Operation, Person, Reason, Time};

/// The state of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentStatus {
    /// Nothing is deployed.
    Empty,
    /// A package is deployed and not served.
    Stopped,
    /// The package is starting.
    Starting,
    /// The package is served at the environment's URL.
    Running,
    /// The package did not start.
    Failed,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// The health of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentHealth {
    /// The environment responds.
    Ok,
    /// The environment is not supposed to respond.
    Off,
    /// The environment should respond but does not.
    Critical,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// An environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Environment {
    /// The id of the environment.
    pub id: String,
    /// The name of the environment in URLs.
    pub slug: String,
    /// The display name of the environment.
    pub name: String,
    /// The position in the promotion order, from 0.
    pub position: u32,
    /// Whether the environment is protected, so that its operations have a padlock.
    pub protected: bool,
    /// The state of the environment.
    pub status: EnvironmentStatus,
    /// The time at which it entered that state.
    pub since: Option<Time>,
    /// The person who deployed the package, if there is one.
    #[serde(default)]
    pub deployed_by: Option<Person>,
    /// The time at which it was deployed.
    #[serde(default)]
    pub deployed_at: Option<Time>,
    /// The deployed package, if any.
    pub package: Option<PackageRef>,
    /// The version of the deployed package.
    pub version: Option<String>,
    /// The runtime version of the deployed package.
    pub runtime_version: Option<String>,
    /// The URL at which the package is served.
    pub url: String,
    /// The health of the environment.
    pub health: EnvironmentHealth,
    /// The deployment in progress or else the latest one.
    pub deployment: Option<Deployment>,
    /// The status of every operation on the environment, for this account and session.
    pub operations: Vec<OperationStatus>,
}

/// The padlock of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PadlockState {
    /// The operation has no padlock.
    None,
    /// The operation needs the second factor.
    Closed,
    /// The authorised window is open.
    Open,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// The status of an operation for this account and session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperationStatus {
    /// The name of the operation.
    pub name: String,
    /// Whether permissions and state allow the operation, regardless of the authorised window.
    pub allowed: bool,
    /// The padlock of the operation.
    pub padlock: PadlockState,
    /// Whether the request must contain a code.
    #[serde(rename = "fresh")]
    pub requires_fresh_code: bool,
    /// Why the operation is not allowed. Empty if it is.
    pub reasons: Vec<Reason>,
}

impl Environment {
    /// Returns the status of `operation`.
    #[must_use]
    pub fn operation(&self, operation: Operation) -> Option<&OperationStatus> {
        self.operations.iter().find(|o| o.name == operation.name())
    }
}
