//! Deployments of packages to environments.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::app::Promotion;
use crate::environment::Environment;
use crate::grant::Grant;
use crate::ids::{AccountId, AppId, DeploymentId, EnvironmentId, PackageId};
use crate::operation::Operation;
use crate::package::{Package, PackageRef};

/// A stage of a deployment. The order of the variants is the order of the stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 4] = [Self::Verify, Self::Unpack, Self::Start, Self::Replace];
}

/// Why a deployment failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Failure {
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
}

/// The start of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageStart {
    /// The stage.
    pub stage: Stage,
    /// The time at which the stage began.
    pub at: Timestamp,
}

/// The end of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct DeploymentEnd {
    /// The time at which the deployment ended.
    pub at: Timestamp,
    /// Whether the deployment succeeded.
    pub outcome: Result<(), Failure>,
}

/// A deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Deployment {
    /// The id of the deployment. It also names the folder of the unpacked files.
    pub id: DeploymentId,
    /// The app of the environment.
    pub app: AppId,
    /// The target environment.
    pub environment: EnvironmentId,
    /// The environment that the package was transported from. `None` for a deployment from the repository.
    pub from: Option<EnvironmentId>,
    /// The package.
    pub package: PackageRef,
    /// The package that it replaces, if any.
    pub replaces: Option<PackageRef>,
    /// Whether to start the package afterwards.
    pub start: bool,
    /// The account that requested the deployment.
    pub requested_by: AccountId,
    /// The time of the request.
    pub created_at: Timestamp,
    /// The stages that have begun, in order.
    pub stages: Vec<StageStart>,
    /// The end of the deployment, once it has ended.
    pub end: Option<DeploymentEnd>,
}

/// The error returned for a stage out of order or a change after the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the deployment is not at that point")]
pub struct InvalidStage;

impl Deployment {
    /// Returns the stages of this deployment, in order.
    pub fn planned_stages(&self) -> impl Iterator<Item = Stage> {
        let start = self.start;
        Stage::ALL.into_iter().filter(move |s| start || *s != Stage::Start)
    }

    /// Begins the next stage.
    ///
    /// # Errors
    /// Returns [`InvalidStage`] if `stage` is not the next one or the deployment has ended.
    pub fn begin_stage(mut self, stage: Stage, now: Timestamp) -> Result<Self, InvalidStage> {
        if self.end.is_some() || self.planned_stages().nth(self.stages.len()) != Some(stage) {
            return Err(InvalidStage);
        }
        self.stages.push(StageStart { stage, at: now });
        Ok(self)
    }

    /// Completes the deployment after its last stage.
    ///
    /// # Errors
    /// Returns [`InvalidStage`] if a stage is missing or the deployment has ended.
    pub fn succeed(mut self, now: Timestamp) -> Result<Self, InvalidStage> {
        if self.end.is_some() || self.stages.len() != self.planned_stages().count() {
            return Err(InvalidStage);
        }
        self.end = Some(DeploymentEnd { at: now, outcome: Ok(()) });
        Ok(self)
    }

    /// Fails the deployment at any stage.
    ///
    /// # Errors
    /// Returns [`InvalidStage`] if the deployment has ended.
    pub fn fail(mut self, failure: Failure, now: Timestamp) -> Result<Self, InvalidStage> {
        if self.end.is_some() {
            return Err(InvalidStage);
        }
        self.end = Some(DeploymentEnd { at: now, outcome: Err(failure) });
        Ok(self)
    }
}

/// A request for a deployment, with the data that it is decided on.
#[derive(Debug)]
pub struct Request<'a> {
    /// The id that the deployment will have.
    pub id: DeploymentId,
    /// The package.
    pub package: &'a Package,
    /// The target environment.
    pub target: &'a Environment,
    /// The environment to transport the package from. `None` for a deployment from the repository.
    pub source: Option<&'a Environment>,
    /// The package that the client expects on the target, if given. `Some(None)` expects an empty environment.
    pub replaces: Option<Option<PackageId>>,
    /// Whether to start the package afterwards.
    pub start: bool,
    /// The promotion rule of the app.
    pub promotion: Promotion,
    /// The previous environment in the promotion order, if any.
    pub previous: Option<PreviousEnvironment<'a>>,
}

/// The environment before the target in the promotion order.
#[derive(Debug, Clone, Copy)]
pub struct PreviousEnvironment<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// Whether the package has run on it.
    pub has_run: bool,
}

/// Why an authorised request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The target or the source does not have the expected package.
    Changed {
        /// The environment that changed.
        environment: String,
        /// The package that is on it now, if any.
        current_package: Option<PackageRef>,
    },
    /// The package has not run on the previous environment.
    NotPromoted {
        /// The name of the previous environment.
        previous: String,
    },
    /// The source of the transport is not the previous environment.
    NotAdjacent,
    /// Another deployment is in progress.
    Busy,
    /// The grant is for another operation or environment.
    WrongGrant,
}

impl Request<'_> {
    /// Checks the request against the environments' present state, before anybody is asked for a code.
    ///
    /// # Errors
    /// Returns a [`Refusal`] if it does not fit.
    pub fn validate(&self) -> Result<(), Refusal> {
        if let Some(source) = self.source {
            if self.previous.is_none_or(|previous| previous.environment.id != source.id) {
                return Err(Refusal::NotAdjacent);
            }
            ensure_unchanged(source, Some(self.package.id))?;
        }
        if let Some(expected) = self.replaces {
            ensure_unchanged(self.target, expected)?;
        }
        if let Some(previous) = missing_promotion(self.promotion, self.previous) {
            return Err(Refusal::NotPromoted { previous: previous.name.clone() });
        }
        Ok(())
    }
}

/// Consumes the grant and returns the new deployment with the changed target.
///
/// # Errors
/// Returns a [`Refusal`] if the request does not fit the environments' present state.
pub fn create(grant: Grant, request: &Request<'_>) -> Result<(Deployment, Environment), Refusal> {
    let (account, now) = (grant.account(), grant.at());
    let operation = if request.source.is_some() { Operation::Transport } else { Operation::Deploy };
    grant.consume(operation, request.target.id).map_err(|_| Refusal::WrongGrant)?;
    request.validate()?;
    let target = request.target.clone().begin_deployment(request.id).map_err(|_| Refusal::Busy)?;
    let deployment = Deployment {
        id: request.id,
        app: target.app,
        environment: target.id,
        from: request.source.map(|s| s.id),
        package: request.package.to_ref(),
        replaces: target.state.release().map(|r| r.package.clone()),
        start: request.start,
        requested_by: account,
        created_at: now,
        stages: Vec::new(),
        end: None,
    };
    Ok((deployment, target))
}

/// Returns the environment on which a package has to run first, if the promotion rule requires that.
#[must_use]
pub fn missing_promotion<'a>(
    promotion: Promotion,
    previous: Option<PreviousEnvironment<'a>>,
) -> Option<&'a Environment> {
    previous.filter(|previous| promotion == Promotion::Strict && !previous.has_run).map(|previous| previous.environment)
}

fn ensure_unchanged(environment: &Environment, expected: Option<PackageId>) -> Result<(), Refusal> {
    let current_package = environment.state.release().map(|r| r.package.clone());
    if current_package.as_ref().map(|p| p.id) == expected {
        Ok(())
    } else {
        Err(Refusal::Changed { environment: environment.name.clone(), current_package })
    }
}
