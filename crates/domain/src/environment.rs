//! Environments, which packages run on, and the transitions of their state.

use jiff::Timestamp;
use strum::IntoStaticStr;

use crate::grant::{Grant, WrongGrant};
use crate::ids::{AppId, DeploymentId, EnvironmentId};
use crate::operation::Operation;
use crate::package::PackageRef;
use crate::slug::Slug;

/// A package that a deployment installed on an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Release {
    /// The deployment that installed it. Its id names the folder of the files.
    pub deployment: DeploymentId,
    /// The package.
    pub package: PackageRef,
    /// The time at which it entered its present state.
    pub since: Timestamp,
}

impl Release {
    fn with_since(self, now: Timestamp) -> Self {
        Self { since: now, ..self }
    }
}

/// The state of an environment and the package in it.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
#[strum(serialize_all = "snake_case")]
pub enum EnvironmentState {
    /// Nothing is deployed.
    Empty,
    /// A package is deployed and not served.
    Stopped(Release),
    /// The package is starting.
    Starting(Release),
    /// The package is served at the environment's URL.
    Running(Release),
    /// The package did not start.
    Failed(Release),
}

impl EnvironmentState {
    /// Returns the installed release, if any.
    #[must_use]
    pub const fn release(&self) -> Option<&Release> {
        match self {
            Self::Empty => None,
            Self::Stopped(r) | Self::Starting(r) | Self::Running(r) | Self::Failed(r) => Some(r),
        }
    }
}

/// An environment of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Environment {
    /// The id of the environment.
    pub id: EnvironmentId,
    /// The app of the environment.
    pub app: AppId,
    /// The name of the environment in URLs.
    pub slug: Slug,
    /// The display name of the environment.
    pub name: String,
    /// The position in the promotion order, from 0.
    pub position: u32,
    /// Whether the environment is protected, so that its operations have a padlock.
    pub protected: bool,
    /// The installed package and its state.
    pub state: EnvironmentState,
    /// The deployment in progress, if any.
    pub active_deployment: Option<DeploymentId>,
    /// The number of changes, for optimistic locking: a change is saved only if the stored revision is the one it was
    /// based on.
    pub revision: i64,
}

/// The error returned for a change that the environment's state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the environment's state does not allow this")]
pub struct InvalidTransition;

impl Environment {
    /// Starts a stopped or failed package, or restarts a running one.
    ///
    /// # Errors
    /// Returns [`InvalidTransition`] if the grant or the state does not allow this.
    pub fn begin_start(self, grant: Grant, now: Timestamp) -> Result<Self, InvalidTransition> {
        let (operation, release) = match self.state.clone() {
            EnvironmentState::Stopped(release) | EnvironmentState::Failed(release) => (Operation::Start, release),
            EnvironmentState::Running(release) => (Operation::Restart, release),
            EnvironmentState::Empty | EnvironmentState::Starting(_) => return Err(InvalidTransition),
        };
        grant.consume(operation, self.id).map_err(|WrongGrant| InvalidTransition)?;
        Ok(self.with_state(EnvironmentState::Starting(release.with_since(now))))
    }

    /// Stops a running or starting package.
    ///
    /// # Errors
    /// Returns [`InvalidTransition`] if the grant or the state does not allow this.
    pub fn stop(self, grant: Grant, now: Timestamp) -> Result<Self, InvalidTransition> {
        grant.consume(Operation::Stop, self.id).map_err(|WrongGrant| InvalidTransition)?;
        match self.state.clone() {
            EnvironmentState::Running(release) | EnvironmentState::Starting(release) => {
                Ok(self.with_state(EnvironmentState::Stopped(release.with_since(now))))
            }
            _ => Err(InvalidTransition),
        }
    }

    /// Records whether a start succeeded.
    ///
    /// # Errors
    /// Returns [`InvalidTransition`] if the package is not starting.
    pub fn end_start(self, succeeded: bool, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.state.clone() {
            EnvironmentState::Starting(release) if succeeded => {
                Ok(self.with_state(EnvironmentState::Running(release.with_since(now))))
            }
            EnvironmentState::Starting(release) => {
                Ok(self.with_state(EnvironmentState::Failed(release.with_since(now))))
            }
            _ => Err(InvalidTransition),
        }
    }

    /// Replaces the package and ends the deployment. With `start`, the caller has checked that the release responds.
    ///
    /// # Errors
    /// Returns [`InvalidTransition`] if `release.deployment` is not the deployment in progress.
    pub fn install(self, release: Release, start: bool) -> Result<Self, InvalidTransition> {
        let installed = self.end_deployment(release.deployment)?;
        Ok(installed.with_state(if start {
            EnvironmentState::Running(release)
        } else {
            EnvironmentState::Stopped(release)
        }))
    }

    /// Records that a deployment is in progress.
    ///
    /// # Errors
    /// Returns [`InvalidTransition`] if there is one already.
    pub fn begin_deployment(mut self, deployment: DeploymentId) -> Result<Self, InvalidTransition> {
        if self.active_deployment.is_some() {
            return Err(InvalidTransition);
        }
        self.active_deployment = Some(deployment);
        self.revision += 1;
        Ok(self)
    }

    /// Records that the deployment has ended.
    ///
    /// # Errors
    /// Returns [`InvalidTransition`] if `deployment` is not the deployment in progress.
    pub fn end_deployment(mut self, deployment: DeploymentId) -> Result<Self, InvalidTransition> {
        if self.active_deployment != Some(deployment) {
            return Err(InvalidTransition);
        }
        self.active_deployment = None;
        self.revision += 1;
        Ok(self)
    }

    fn with_state(self, state: EnvironmentState) -> Self {
        Self { state, revision: self.revision + 1, ..self }
    }
}
