//! Carries out deployments in stages: verify, unpack, start, replace.
//!
//! The running version is not touched before the last stage, which is one transaction. A failure before it leaves that
//! version running.

use padlock_contract::deployments::StageProgress;
use padlock_contract::events::Change;
use padlock_domain::activity::Event;
use padlock_domain::deployment::{Failure, Stage};
use padlock_domain::{App, Deployment, DeploymentId, Environment, Permission, Release, SignedDuration};

use crate::app_state::{Api, RETRY_DELAY_MILLIS};
use crate::jobs::JobOutcome;
use crate::log_events;
use crate::ports::{BlobError, RuntimeError, StoreError, StoreResult, UnpackObserver};
use crate::unit_of_work::{Committed, UnitOfWork};

/// How often the progress of unpacking is reported to the clients.
const REPORT_INTERVAL: SignedDuration = SignedDuration::from_secs(1);
/// How many times a job tries to read or write before it fails.
const WRITE_ATTEMPTS: u32 = 8;

/// Carries out a deployment, as the only attempt of its job.
#[tracing::instrument(skip_all, fields(deployment = %id))]
pub(crate) async fn run(api: &Api, id: DeploymentId) -> JobOutcome {
    let Err(cause) = carry_out(api, id).await else {
        tracing::info!(event = log_events::DEPLOYMENT, outcome = "done", deployment = %id, "deployed");
        return JobOutcome::Done;
    };
    let failure = cause.failure();
    if failure == Failure::DiskFull {
        tracing::error!(event = log_events::DISK_FULL, "no space left");
    }
    if failure != Failure::Interrupted {
        tracing::warn!(event = log_events::DEPLOYMENT, outcome = "failed", deployment = %id, ?failure, %cause, "deployment failed");
    }
    fail_with_retries(api, id, failure).await
}

/// Ends a deployment whose attempt was interrupted.
pub(crate) async fn end_interrupted(api: &Api, id: DeploymentId) -> JobOutcome {
    fail_with_retries(api, id, Failure::Interrupted).await
}

/// Logs that a deployment was interrupted.
pub(crate) fn log_interrupted(id: DeploymentId) {
    tracing::warn!(event = log_events::DEPLOYMENT, outcome = "interrupted", deployment = %id, "was interrupted");
}

/// Saves a failure. The environment stays busy until that succeeds. If the server stops before, its next start ends the
/// deployment as interrupted.
async fn fail_with_retries(api: &Api, id: DeploymentId, failure: Failure) -> JobOutcome {
    while !api.bus.is_closed() {
        match fail(api, id, failure).await {
            Ok(()) => return JobOutcome::Done,
            Err(cause) => tracing::error!(%cause, deployment = %id, "the failure could not be saved yet"),
        }
        api.ports.clock.sleep(RETRY_DELAY_MILLIS).await;
    }
    JobOutcome::Retry("the server stopped".to_owned())
}

async fn carry_out(api: &Api, id: DeploymentId) -> Result<(), RunError> {
    Run::load(api, id).await?.run().await
}

struct Run<'a> {
    api: &'a Api,
    app: App,
    environment: Environment,
    deployment: Deployment,
}

impl<'a> Run<'a> {
    async fn load(api: &'a Api, id: DeploymentId) -> Result<Self, RunError> {
        read_with_retries(api, || async {
            let mut tx = api.ports.store.read().await?;
            let deployment = tx.deployment(id).await?.ok_or(Failure::Internal)?;
            let app = tx.app(&deployment.app.to_string()).await?.ok_or(Failure::Internal)?;
            let environment = tx.environment(deployment.environment).await?.ok_or(Failure::Internal)?;
            Ok(Self { api, app, environment, deployment })
        })
        .await
    }

    async fn run(mut self) -> Result<(), RunError> {
        let ports = &self.api.ports;
        self.begin_stage(Stage::Verify).await?;
        let (app, package) = (self.deployment.app, self.deployment.package.id);
        let expected = read_with_retries(self.api, || async {
            let mut tx = ports.store.read().await?;
            Ok(tx.package(app, package).await?.ok_or(Failure::Internal)?.package.sha256)
        });
        let expected = expected.await?;
        if ports.blobs.hash(package).await? != expected {
            return Err(Failure::HashMismatch.into());
        }

        self.begin_stage(Stage::Unpack).await?;
        let reader = ports.blobs.open(package).await?;
        let unpacked = ports.runtime.unpack(self.deployment.id, reader, self.unpack_observer()).await;
        self.api.unpack_progress.remove(self.deployment.id);
        unpacked?;

        if self.deployment.start {
            self.begin_stage(Stage::Start).await?;
            ports.runtime.check_health(self.deployment.id).await?;
        }
        self.begin_stage(Stage::Replace).await?;
        self.replace().await
    }

    /// Returns an observer that keeps the progress, and reports it as a change at most once a second.
    fn unpack_observer(&self) -> UnpackObserver {
        let (api, id, environment) = (self.api.clone(), self.deployment.id, self.environment.clone());
        let mut reported_at = api.ports.now();
        Box::new(move |done, total| {
            let count = |files| u32::try_from(files).unwrap_or(u32::MAX);
            api.unpack_progress.set(id, StageProgress { done: count(done), total: count(total) });
            let now = api.ports.now();
            if now.duration_since(reported_at) >= REPORT_INTERVAL {
                reported_at = now;
                api.bus.publish_environment(&environment);
            }
        })
    }

    async fn begin_stage(&mut self, stage: Stage) -> Result<(), RunError> {
        let ports = &self.api.ports;
        let next = self.deployment.clone().begin_stage(stage, ports.now()).map_err(|_| Failure::Internal)?;
        let saved = &next;
        self.write(|mut tx| async move {
            require_permission(&mut tx, saved).await?;
            tx.save_deployment(saved).await?.applied_or_else(|| Failure::Interrupted)?;
            Ok(tx.commit(()).await?)
        })
        .await?;
        self.deployment = next;
        self.api.bus.publish_environment(&self.environment);
        Ok(())
    }

    /// Runs a unit of work, which may run again after it was committed without this process learning of it. A job retries for
    /// longer than a request, because nobody waits for it and a busy database would otherwise fail the deployment.
    async fn write<T, F>(&self, mut work: impl FnMut(UnitOfWork) -> F) -> Result<T, RunError>
    where
        F: Future<Output = Result<Committed<T>, RunError>>,
    {
        let ports = &self.api.ports;
        for _ in 1..WRITE_ATTEMPTS {
            match self.api.write(&mut work).await {
                Err(RunError::Store(error)) if may_succeed_later(&error) => {
                    ports.clock.sleep(RETRY_DELAY_MILLIS).await;
                }
                other => return other,
            }
        }
        self.api.write(work).await
    }

    /// Changes the version that the environment runs, in one transaction.
    async fn replace(&mut self) -> Result<(), RunError> {
        let ports = &self.api.ports;
        let deployment = &self.deployment;
        let (installed, previous) = self
            .write(|mut tx| async move {
                let stored = tx.deployment(deployment.id).await?.ok_or(Failure::Internal)?;
                if stored.end.is_some_and(|end| end.outcome.is_ok()) {
                    // An earlier attempt was committed, and its answer was lost.
                    let environment = tx.environment(deployment.environment).await?.ok_or(Failure::Internal)?;
                    return Ok(tx.commit((environment, None)).await?);
                }
                require_permission(&mut tx, deployment).await?;
                let now = tx.now();
                let done = deployment.clone().succeed(now).map_err(|_| Failure::Internal)?;
                let environment = tx.environment(done.environment).await?.ok_or(Failure::Internal)?;
                let previous = environment.state.release().map(|release| release.deployment);
                let revision = environment.revision;
                let release = Release { deployment: done.id, package: done.package.clone(), since: now };
                let installed = environment.install(release, done.start).map_err(|_| Failure::Interrupted)?;
                let interrupted = || Failure::Interrupted;
                tx.save_environment(&installed, revision).await?.applied_or_else(interrupted)?;
                tx.save_deployment(&done).await?.applied_or_else(interrupted)?;
                tx.record_deployment(done.package.id, installed.id, done.start, now).await?;
                let (environment, person) = (Some(done.environment), Some(done.requested_by));
                tx.record_activity(done.app, environment, person, succeeded_event(&done)).await?;
                Ok(tx.commit((installed, previous)).await?)
            })
            .await?;

        // The new version is committed: after a crash from here on, the next start serves it.
        if let Err(cause) = self.api.reconcile(&self.app, &installed).await {
            tracing::error!(event = log_events::ENVIRONMENT_DOWN, %cause, environment = %installed.id,
                "the new version stopped answering");
        }
        self.api.bus.publish_environment(&installed);
        self.api.bus.publish(self.app.id, Change::Packages);
        if let Some(previous) = previous
            && let Err(cause) = ports.runtime.remove(previous).await
        {
            tracing::warn!(%cause, release = %previous, "an old release stays until the next start");
        }
        Ok(())
    }
}

/// Reads what a deployment needs. A short outage of the database does not fail it.
async fn read_with_retries<T, F>(api: &Api, read: impl Fn() -> F) -> Result<T, RunError>
where
    F: Future<Output = Result<T, RunError>>,
{
    for _ in 1..WRITE_ATTEMPTS {
        match read().await {
            Err(RunError::Store(error)) if may_succeed_later(&error) => api.ports.clock.sleep(RETRY_DELAY_MILLIS).await,
            other => return other,
        }
    }
    read().await
}

const fn may_succeed_later(error: &StoreError) -> bool {
    matches!(error, StoreError::Busy | StoreError::Conflict | StoreError::OutcomeUnknown)
}

/// Returns an error unless the person may still deploy. The authorised window was checked with the request.
async fn require_permission(tx: &mut UnitOfWork, deployment: &Deployment) -> Result<(), RunError> {
    let person = deployment.requested_by;
    tx.lock_membership_rows(deployment.app, person).await?;
    let enabled = tx.account(person).await?.is_some_and(|account| !account.disabled);
    let membership = tx.membership(deployment.app, person).await?;
    let permitted = membership
        .is_some_and(|member| member.permissions(deployment.environment).contains(Permission::TransportRights));
    if enabled && permitted { Ok(()) } else { Err(Failure::PermissionWithdrawn.into()) }
}

/// Returns the event of a deployment that succeeded.
pub(crate) fn succeeded_event(done: &Deployment) -> Event {
    let (package, version) = (Some(done.package.id), done.package.version.clone());
    let replaced = done.replaces.as_ref().map(|replaced| replaced.version.clone());
    let replaced_package = done.replaces.as_ref().map(|replaced| replaced.id);
    if done.from.is_some() {
        Event::Transported { package, version, replaced, replaced_package }
    } else {
        Event::Deployed { package, version, replaced, replaced_package }
    }
}

/// Ends a deployment as failed, frees its environment and removes what was unpacked.
async fn fail(api: &Api, id: DeploymentId, failure: Failure) -> StoreResult<()> {
    let environment = api
        .write(|mut tx| async move {
            let environment = end_failed(&mut tx, id, failure).await?;
            tx.commit(environment).await
        })
        .await?;
    // Without an environment the deployment had ended already and its release may be in use; the next start removes
    // what is unreferenced.
    let Some(environment) = environment else { return Ok(()) };
    if failure == Failure::Interrupted {
        log_interrupted(id);
    }
    if let Err(cause) = api.ports.runtime.remove(id).await {
        tracing::warn!(%cause, release = %id, "a failed release stays until the next start");
    }
    api.bus.publish_environment(&environment);
    Ok(())
}

/// Saves that a deployment failed and frees its environment. Returns the environment, or `None` when the deployment had
/// ended already. The server's start uses it for deployments that were interrupted.
pub(crate) async fn end_failed(
    tx: &mut UnitOfWork,
    id: DeploymentId,
    failure: Failure,
) -> StoreResult<Option<Environment>> {
    let Some(deployment) = tx.deployment(id).await? else { return Ok(None) };
    let Ok(failed) = deployment.fail(failure, tx.now()) else { return Ok(None) };
    let _ = tx.save_deployment(&failed).await?;
    let (package, version) = (Some(failed.package.id), failed.package.version.clone());
    let event = Event::DeploymentFailed { package, version, reason: failure };
    tx.record_activity(failed.app, Some(failed.environment), Some(failed.requested_by), event).await?;
    let Some(environment) = tx.environment(failed.environment).await? else { return Ok(None) };
    let revision = environment.revision;
    match environment.clone().end_deployment(id) {
        Ok(freed) => {
            let _ = tx.save_environment(&freed, revision).await?;
            Ok(Some(freed))
        }
        Err(_) => Ok(Some(environment)),
    }
}

/// Why a deployment stopped.
#[derive(Debug, thiserror::Error)]
enum RunError {
    /// The reason that is saved.
    #[error("{}", <&str>::from(.0))]
    Failed(Failure),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

impl From<Failure> for RunError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl RunError {
    /// Returns the reason to save.
    const fn failure(&self) -> Failure {
        match self {
            Self::Failed(failure) => *failure,
            Self::Store(StoreError::Full) | Self::Blob(BlobError::Full) | Self::Runtime(RuntimeError::Full) => {
                Failure::DiskFull
            }
            Self::Runtime(RuntimeError::Unreadable(_)) => Failure::Unreadable,
            Self::Runtime(RuntimeError::NotResponding(_)) => Failure::DidNotStart,
            Self::Store(_) | Self::Blob(_) | Self::Runtime(_) => Failure::Internal,
        }
    }
}
