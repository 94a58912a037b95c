//! Environments: the slots that packages run in, and how their state may change.

use jiff::Timestamp;
use strum::IntoStaticStr;

use crate::grant::Grant;
use crate::ids::{AppId, DeploymentId, EnvironmentId};
use crate::operation::Operation;
use crate::package::PackageRef;
use crate::slug::Slug;

/// What lies in a slot: one package, put there by one deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The deployment that put it there; names its files too.
    pub deployment: DeploymentId,
    /// The package.
    pub package: PackageRef,
    /// Since when it has been in its present state.
    pub since: Timestamp,
}

/// The state of a slot.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Slot {
    /// Nothing was ever deployed, or it was cleared.
    Empty,
    /// A package lies there and is not served.
    Stopped(Release),
    /// On its way up.
    Starting(Release),
    /// Served at the environment's address.
    Running(Release),
    /// It did not come up.
    Failed(Release),
}

impl Slot {
    /// What lies in it.
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
pub struct Environment {
    /// Its id.
    pub id: EnvironmentId,
    /// Its app.
    pub app: AppId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Its place in the promotion order, from 0.
    pub position: u32,
    /// Whether operations on it wear a padlock.
    pub protected: bool,
    /// What is in it.
    pub slot: Slot,
    /// The deployment under way onto it, at most one.
    pub job: Option<DeploymentId>,
    /// Counts its changes; a change is saved only onto the revision that it was decided on.
    pub revision: i64,
}

/// The environment is not in a state that allows the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the environment's state does not allow this")]
pub struct InvalidTransition;

impl Environment {
    /// Begins to start what is stopped or failed, or to restart what runs.
    ///
    /// # Errors
    /// [`InvalidTransition`] if the grant is for something else, or there is nothing to start.
    pub fn begin_start(self, grant: Grant, now: Timestamp) -> Result<Self, InvalidTransition> {
        let operation = grant.consume_for_environment(self.id).ok_or(InvalidTransition)?;
        match (operation, self.slot.clone()) {
            (Operation::Start, Slot::Stopped(release) | Slot::Failed(release))
            | (Operation::Restart, Slot::Running(release)) => Ok(self.with(Slot::Starting(at(release, now)))),
            _ => Err(InvalidTransition),
        }
    }

    /// Stops what runs, starts or failed to.
    ///
    /// # Errors
    /// [`InvalidTransition`] if the grant is for something else, or nothing runs.
    pub fn stop(self, grant: Grant, now: Timestamp) -> Result<Self, InvalidTransition> {
        let operation = grant.consume_for_environment(self.id).ok_or(InvalidTransition)?;
        match (operation, self.slot.clone()) {
            (Operation::Stop, Slot::Running(release) | Slot::Starting(release)) => {
                Ok(self.with(Slot::Stopped(at(release, now))))
            }
            _ => Err(InvalidTransition),
        }
    }

    /// Records how a start ended.
    ///
    /// # Errors
    /// [`InvalidTransition`] if it was not starting.
    pub fn end_start(self, came_up: bool, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.slot.clone() {
            Slot::Starting(release) if came_up => Ok(self.with(Slot::Running(at(release, now)))),
            Slot::Starting(release) => Ok(self.with(Slot::Failed(at(release, now)))),
            _ => Err(InvalidTransition),
        }
    }

    /// Lets a deployment replace what is in the slot, and ends it: the one step at which the version changes. With
    /// `start` the release has shown already that it answers.
    ///
    /// # Errors
    /// [`InvalidTransition`] if another deployment, or none, is under way.
    pub fn install(self, release: Release, start: bool) -> Result<Self, InvalidTransition> {
        let installed = self.end_job(release.deployment)?;
        Ok(installed.with(if start { Slot::Running(release) } else { Slot::Stopped(release) }))
    }

    /// Marks a deployment as under way.
    ///
    /// # Errors
    /// [`InvalidTransition`] if one is already.
    pub fn begin_job(mut self, job: DeploymentId) -> Result<Self, InvalidTransition> {
        if self.job.is_some() {
            return Err(InvalidTransition);
        }
        self.job = Some(job);
        self.revision += 1;
        Ok(self)
    }

    /// Marks it as ended.
    ///
    /// # Errors
    /// [`InvalidTransition`] if that deployment is not the one under way.
    pub fn end_job(mut self, job: DeploymentId) -> Result<Self, InvalidTransition> {
        if self.job != Some(job) {
            return Err(InvalidTransition);
        }
        self.job = None;
        self.revision += 1;
        Ok(self)
    }

    fn with(self, slot: Slot) -> Self {
        Self { slot, revision: self.revision + 1, ..self }
    }
}

fn at(release: Release, now: Timestamp) -> Release {
    Release { since: now, ..release }
}
