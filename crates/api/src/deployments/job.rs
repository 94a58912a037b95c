//! Carries out deployments: check, unpack, start beside, replace.
//!
//! The version that runs is not touched before the last step, which is one transaction; whatever fails before it leaves
//! that version running.

use padlock_contract::events::Change;
use padlock_domain::activity::Event;
use padlock_domain::app::App;
use padlock_domain::deployment::{Deployment, Failure, Stage};
use padlock_domain::environment::{Environment, Release};
use padlock_domain::ids::{AppId, DeploymentId};
use padlock_domain::permission::Permission;

use crate::activity::entry::new_entry;
use crate::app_state::Api;
use crate::log_events;
use crate::ports::{BlobError, RuntimeError, StoreError, Transaction, Update};

/// How long to wait before the database is tried again, in milliseconds.
const RETRY_MILLIS: u32 = 1_000;

/// How often a job asks for its turn with the database before it fails: for most of a minute.
const TURNS: u32 = 8;

/// Runs a deployment to its end.
pub(crate) async fn run(api: Api, id: DeploymentId) {
    let failure = match Job::load(&api, id).await {
        Ok(mut job) => match job.carry_out().await {
            Ok(()) => {
                tracing::info!(event = log_events::DEPLOYMENT, outcome = "done", deployment = %id, "deployed");
                return;
            }
            Err(failure) => failure,
        },
        Err(failure) => failure,
    };
    tracing::warn!(event = log_events::DEPLOYMENT, outcome = "failed", deployment = %id, ?failure, "deployment failed");
    // Until then nothing else can be deployed there. If the server stops before, its next start ends it as interrupted.
    while !api.bus.is_closed() {
        match fail(&api, id, failure).await {
            Ok(()) => return,
            Err(cause) => tracing::error!(%cause, deployment = %id, "the failure could not be written down yet"),
        }
        api.ports.clock.sleep(RETRY_MILLIS).await;
    }
}

struct Job<'a> {
    api: &'a Api,
    app: App,
    environment: Environment,
    deployment: Deployment,
}

impl<'a> Job<'a> {
    async fn load(api: &'a Api, id: DeploymentId) -> Result<Self, Failure> {
        let mut tx = api.ports.store.read().await?;
        let deployment = tx.deployment(id).await?.ok_or(Failure::Internal)?;
        let app = tx.app(&deployment.app.to_string()).await?.ok_or(Failure::Internal)?;
        let environment = tx.environment(deployment.environment).await?.ok_or(Failure::Internal)?;
        Ok(Self { api, app, environment, deployment })
    }

    async fn carry_out(&mut self) -> Result<(), Failure> {
        let ports = &self.api.ports;
        self.begin_stage(Stage::Verify).await?;
        self.still_allowed().await?;
        let package = self.deployment.package.id;
        let mut tx = ports.store.read().await?;
        let expected = tx.package(self.deployment.app, package).await?.ok_or(Failure::Internal)?.sha256;
        drop(tx);
        if ports.blobs.hash(package).await? != expected {
            return Err(Failure::HashMismatch);
        }

        self.begin_stage(Stage::Unpack).await?;
        let reader = ports.blobs.open(package).await?;
        ports.runtime.unpack(self.deployment.id, reader).await?;

        if self.deployment.start {
            self.begin_stage(Stage::Start).await?;
            ports.runtime.check(self.deployment.id).await?;
        }
        self.begin_stage(Stage::Replace).await?;
        self.replace().await
    }

    async fn begin_stage(&mut self, stage: Stage) -> Result<(), Failure> {
        let ports = &self.api.ports;
        let next = self.deployment.clone().begin_stage(stage, ports.now()).map_err(|_| Failure::Internal)?;
        let mut tx = self.write().await?;
        if tx.save_deployment(&next).await? == Update::Stale {
            return Err(Failure::Interrupted);
        }
        tx.commit().await?;
        self.deployment = next;
        tell(self.api, self.app.id, &self.environment);
        Ok(())
    }

    /// A transaction that writes, for which the job waits longer than a person would: it has all the time, and would fail
    /// for nothing.
    async fn write(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let ports = &self.api.ports;
        for _ in 1..TURNS {
            match ports.store.write().await {
                Err(StoreError::Busy) => ports.clock.sleep(RETRY_MILLIS).await,
                other => return other,
            }
        }
        ports.store.write().await
    }

    /// The permission is looked at again when the work begins; the window was spent when it was asked for.
    async fn still_allowed(&self) -> Result<(), Failure> {
        let mut tx = self.api.ports.store.read().await?;
        let membership = tx.membership(self.app.id, self.deployment.requested_by).await?;
        let allowed =
            membership.is_some_and(|m| m.permissions(self.deployment.environment).holds(Permission::TransportRights));
        if allowed { Ok(()) } else { Err(Failure::PermissionWithdrawn) }
    }

    /// The one step at which the version changes.
    async fn replace(&mut self) -> Result<(), Failure> {
        let ports = &self.api.ports;
        let now = ports.now();
        let done = self.deployment.clone().succeed(now).map_err(|_| Failure::Internal)?;
        let mut tx = self.write().await?;
        let environment = tx.environment(done.environment).await?.ok_or(Failure::Internal)?;
        let before = environment.slot.release().map(|r| r.deployment);
        let was = environment.revision;
        let release = Release { deployment: done.id, package: done.package.clone(), since: now };
        let installed = environment.install(release, done.start).map_err(|_| Failure::Interrupted)?;
        if tx.save_environment(&installed, was).await? == Update::Stale
            || tx.save_deployment(&done).await? == Update::Stale
        {
            return Err(Failure::Interrupted);
        }
        tx.record_deployment(done.package.id, installed.id, done.start, now).await?;
        tx.add_activity(&new_entry(ports, done.app, Some(done.environment), Some(done.requested_by), entry_of(&done)))
            .await?;
        tx.commit().await?;

        // From here on the books say so: a crash now serves the new version at the next start.
        if let Err(cause) = self.api.reconcile(&self.app, &installed).await {
            tracing::error!(event = log_events::ENVIRONMENT_DOWN, %cause, environment = %installed.id,
                "the new version stopped answering");
        }
        tell(self.api, self.app.id, &installed);
        self.api.bus.publish(self.app.id, Change::Packages);
        if let Some(before) = before
            && let Err(cause) = ports.runtime.remove(before).await
        {
            tracing::warn!(%cause, release = %before, "an old release stays until the next start");
        }
        Ok(())
    }
}

fn entry_of(done: &Deployment) -> Event {
    let version = done.package.version.clone();
    let replaced = done.replaces.as_ref().map(|p| p.version.clone());
    if done.from.is_some() { Event::Transported { version, replaced } } else { Event::Deployed { version, replaced } }
}

/// Ends a deployment as failed and frees its environment, in one transaction.
async fn fail(api: &Api, id: DeploymentId, failure: Failure) -> Result<(), StoreError> {
    let mut tx = api.ports.store.write().await?;
    let environment = end_failed(api, tx.as_mut(), id, failure).await?;
    tx.commit().await?;
    // Where the books know better, what lies there may be in use: the next start looks at it.
    let Some(environment) = environment else { return Ok(()) };
    if let Err(cause) = api.ports.runtime.remove(id).await {
        tracing::warn!(%cause, release = %id, "a failed release stays until the next start");
    }
    tell(api, environment.app, &environment);
    Ok(())
}

/// The part of [`fail`] that the books keep; the start of the server uses it for what was interrupted.
pub(crate) async fn end_failed(
    api: &Api,
    tx: &mut dyn Transaction,
    id: DeploymentId,
    failure: Failure,
) -> Result<Option<Environment>, StoreError> {
    let now = api.ports.now();
    let Some(deployment) = tx.deployment(id).await? else { return Ok(None) };
    let Ok(failed) = deployment.fail(failure, now) else { return Ok(None) };
    let _ = tx.save_deployment(&failed).await?;
    let event = Event::DeploymentFailed { version: failed.package.version.clone(), reason: failure };
    tx.add_activity(&new_entry(&api.ports, failed.app, Some(failed.environment), Some(failed.requested_by), event))
        .await?;
    let Some(environment) = tx.environment(failed.environment).await? else { return Ok(None) };
    let was = environment.revision;
    match environment.clone().end_job(id) {
        Ok(freed) => {
            let _ = tx.save_environment(&freed, was).await?;
            Ok(Some(freed))
        }
        Err(_) => Ok(Some(environment)),
    }
}

fn tell(api: &Api, app: AppId, environment: &Environment) {
    api.bus.publish(app, Change::Environment { environment: environment.slug.to_string() });
}

fn full() -> Failure {
    tracing::error!(event = log_events::DISK_FULL, "no space left");
    Failure::DiskFull
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "deployment");
        match error {
            StoreError::Full => full(),
            _ => Self::Internal,
        }
    }
}

impl From<BlobError> for Failure {
    fn from(error: BlobError) -> Self {
        tracing::error!(%error, "deployment");
        match error {
            BlobError::Full => full(),
            _ => Self::Internal,
        }
    }
}

impl From<RuntimeError> for Failure {
    fn from(error: RuntimeError) -> Self {
        tracing::error!(%error, "deployment");
        match error {
            RuntimeError::Full => full(),
            RuntimeError::Unreadable(_) => Self::Unreadable,
            RuntimeError::NotResponding(_) => Self::DidNotStart,
            RuntimeError::Io(_) => Self::Internal,
        }
    }
}
