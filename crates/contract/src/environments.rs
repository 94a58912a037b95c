//! Environments: the cards of the deploy page.

use serde::{Deserialize, Serialize};

use crate::deployments::Deployment;
use crate::packages::PackageRef;
use crate::{Operation, Reason, Time};

/// The state of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing lies there.
    Empty,
    /// A package lies there and is not served.
    Stopped,
    /// On its way up.
    Starting,
    /// Served at its address.
    Running,
    /// It did not come up.
    Failed,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// How an environment does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It answers.
    Ok,
    /// It is not meant to answer.
    Off,
    /// It should answer and does not.
    Critical,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// An environment's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Environment {
    /// Its id.
    pub id: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its place in the promotion order, from 0.
    pub position: u32,
    /// Whether operations on it wear a padlock.
    pub protected: bool,
    /// Its state.
    pub status: Status,
    /// Since when it has been in that state.
    pub since: Option<Time>,
    /// What lies there.
    pub package: Option<PackageRef>,
    /// That package's version.
    pub version: Option<String>,
    /// That package's runtime.
    pub runtime_version: Option<String>,
    /// Where it is served.
    pub url: String,
    /// How it does.
    pub health: Health,
    /// The last deployment onto it: the one under way, or how the latest ended.
    pub deployment: Option<Deployment>,
    /// Every operation on it, and how it looks to me now.
    pub operations: Vec<OperationStatus>,
}

/// The padlock of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PadlockState {
    /// It wears none.
    None,
    /// It asks for the second factor.
    Closed,
    /// The authorised window is open.
    Open,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

/// How an operation looks to me now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperationStatus {
    /// Its name, as in the table of operations.
    pub name: String,
    /// Whether permission and state allow it, the authorised window aside.
    pub allowed: bool,
    /// Its padlock.
    pub padlock: PadlockState,
    /// Whether its request must carry a code.
    pub fresh: bool,
    /// Why it is not allowed.
    pub reasons: Vec<Reason>,
}

impl Environment {
    /// How `operation` looks to me here.
    #[must_use]
    pub fn operation(&self, operation: Operation) -> Option<&OperationStatus> {
        self.operations.iter().find(|o| o.name == operation.name())
    }
}
