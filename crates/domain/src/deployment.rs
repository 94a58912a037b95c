//! Deployments: a package on its way onto an environment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::Promotion;
use crate::environment::Environment;
use crate::grant::Grant;
use crate::ids::{AccountId, AppId, DeploymentId, EnvironmentId, PackageId};
use crate::operation::Operation;
use crate::package::{Package, PackageRef};

/// The steps of a deployment, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
}

impl Stage {
    /// All, in their order.
    pub const ALL: [Self; 4] = [Self::Verify, Self::Unpack, Self::Start, Self::Replace];
}

/// Why a deployment failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The server stopped in the middle.
    Interrupted,
    /// Who asked for it no longer may.
    PermissionWithdrawn,
    /// The file is not what was uploaded.
    HashMismatch,
    /// The file could not be unpacked.
    Unreadable,
    /// There was no room.
    DiskFull,
    /// The new version did not answer; the old one was never touched.
    DidNotStart,
    /// The store refused.
    Internal,
}

/// When a stage began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageStart {
    /// The stage.
    pub stage: Stage,
    /// The time.
    pub at: Timestamp,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completion {
    /// When.
    pub at: Timestamp,
    /// Well, or why not.
    pub outcome: Result<(), Failure>,
}

/// One deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// Its id; names the files it unpacks, too.
    pub id: DeploymentId,
    /// The app.
    pub app: AppId,
    /// The target.
    pub environment: EnvironmentId,
    /// The environment it was transported from; none when it came from the repository.
    pub from: Option<EnvironmentId>,
    /// What is deployed.
    pub package: PackageRef,
    /// What was there before.
    pub replaces: Option<PackageRef>,
    /// Whether it is started afterwards.
    pub start: bool,
    /// Who asked.
    pub requested_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// The stages begun so far, in their order.
    pub stages: Vec<StageStart>,
    /// How it ended, once it has.
    pub end: Option<Completion>,
}

/// A stage out of its order, or a step after the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the deployment is not at that point")]
pub struct InvalidStep;

impl Deployment {
    /// The stages it goes through.
    pub fn planned_stages(&self) -> impl Iterator<Item = Stage> {
        let start = self.start;
        Stage::ALL.into_iter().filter(move |s| start || *s != Stage::Start)
    }

    /// Begins the next stage.
    ///
    /// # Errors
    /// [`InvalidStep`] if `stage` is not the next, or it has ended.
    pub fn begin_stage(mut self, stage: Stage, now: Timestamp) -> Result<Self, InvalidStep> {
        if self.end.is_some() || self.planned_stages().nth(self.stages.len()) != Some(stage) {
            return Err(InvalidStep);
        }
        self.stages.push(StageStart { stage, at: now });
        Ok(self)
    }

    /// Ends it well, after its last stage.
    ///
    /// # Errors
    /// [`InvalidStep`] if a stage is missing, or it has ended.
    pub fn succeed(mut self, now: Timestamp) -> Result<Self, InvalidStep> {
        if self.end.is_some() || self.stages.len() != self.planned_stages().count() {
            return Err(InvalidStep);
        }
        self.end = Some(Completion { at: now, outcome: Ok(()) });
        Ok(self)
    }

    /// Ends it badly, at any point before its end.
    ///
    /// # Errors
    /// [`InvalidStep`] if it has ended.
    pub fn fail(mut self, failure: Failure, now: Timestamp) -> Result<Self, InvalidStep> {
        if self.end.is_some() {
            return Err(InvalidStep);
        }
        self.end = Some(Completion { at: now, outcome: Err(failure) });
        Ok(self)
    }
}

/// What a person asked to deploy, and what is known about it.
#[derive(Debug)]
pub struct Request<'a> {
    /// The id that the deployment will have.
    pub id: DeploymentId,
    /// The package.
    pub package: &'a Package,
    /// The target.
    pub target: &'a Environment,
    /// For a transport, the environment it should come from.
    pub source: Option<&'a Environment>,
    /// The package the person saw on the target, if they said: inner `None` is "nothing".
    pub replaces: Option<Option<PackageId>>,
    /// Whether to start it afterwards.
    pub start: bool,
    /// The app's promotion.
    pub promotion: Promotion,
    /// The environment before the target, and whether the package has run there.
    pub before: Option<(&'a Environment, bool)>,
}

/// Why a request is refused although its permission and step-up are in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The target or the source holds something else than the person saw.
    Moved {
        /// The environment that changed.
        environment: String,
        /// What it holds now.
        now: Option<PackageRef>,
    },
    /// The package has not run on the environment before.
    NotPromoted {
        /// That environment's name.
        before: String,
    },
    /// A transport must come from the environment just before.
    NotAdjacent,
    /// A deployment is under way.
    Busy,
    /// The grant is for something else.
    WrongGrant,
}

/// Decides on a request. The grant is spent here: one grant, at most one deployment.
///
/// # Errors
/// [`Refusal`], and nothing has changed.
pub fn request(grant: Grant, request: &Request<'_>) -> Result<(Deployment, Environment), Refusal> {
    let (account, now) = (grant.account(), grant.at());
    let wanted = if request.source.is_some() { Operation::Transport } else { Operation::Deploy };
    if grant.consume_for_environment(request.target.id) != Some(wanted) {
        return Err(Refusal::WrongGrant);
    }
    if let Some(source) = request.source {
        if request.before.is_none_or(|(before, _)| before.id != source.id) {
            return Err(Refusal::NotAdjacent);
        }
        ensure_unchanged(source, Some(request.package.id))?;
    }
    if let Some(seen) = request.replaces {
        ensure_unchanged(request.target, seen)?;
    }
    if let Some((before, false)) = request.before
        && request.promotion == Promotion::Strict
    {
        return Err(Refusal::NotPromoted { before: before.name.clone() });
    }
    let target = request.target.clone().begin_job(request.id).map_err(|_| Refusal::Busy)?;
    let deployment = Deployment {
        id: request.id,
        app: target.app,
        environment: target.id,
        from: request.source.map(|s| s.id),
        package: request.package.to_ref(),
        replaces: target.slot.release().map(|r| r.package.clone()),
        start: request.start,
        requested_by: account,
        created_at: now,
        stages: Vec::new(),
        end: None,
    };
    Ok((deployment, target))
}

fn ensure_unchanged(environment: &Environment, seen: Option<PackageId>) -> Result<(), Refusal> {
    let now = environment.slot.release().map(|r| r.package.clone());
    if now.as_ref().map(|p| p.id) == seen {
        Ok(())
    } else {
        Err(Refusal::Moved { environment: environment.name.clone(), now })
    }
}
