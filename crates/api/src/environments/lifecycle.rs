//! Starting, stopping and restarting environments.

use padlock_domain::activity::Event;
use padlock_domain::{AccountId, App, Environment, EnvironmentState, Grant};

use crate::app_state::{Api, RETRY_DELAY_MILLIS};
use crate::http::{ApiError, Result};
use crate::ports::{StoreResult, Update};
use crate::unit_of_work::UnitOfWork;

/// A change of an environment that is committed, and that the runtime does not know yet.
#[must_use]
pub(crate) enum CommittedChange {
    /// The environment is stopped.
    Stopped(Environment),
    /// The environment is starting.
    Starting {
        environment: Environment,
        account: AccountId,
        /// Whether it was running.
        restart: bool,
    },
}

/// Stops an environment. The store is changed first, so that the environment stays stopped after a crash in between.
#[tracing::instrument(skip_all)]
pub(crate) async fn stop(tx: &mut UnitOfWork, environment: Environment, grant: Grant) -> Result<CommittedChange> {
    let (revision, account) = (environment.revision, grant.account());
    let stopped = environment.stop(grant, tx.now()).map_err(|e| ApiError::internal(&e))?;
    tx.save_environment(&stopped, revision).await?.applied_or_else(ApiError::busy)?;
    tx.record_activity(stopped.app, Some(stopped.id), Some(account), Event::Stopped).await?;
    Ok(CommittedChange::Stopped(stopped))
}

/// Begins to start a stopped environment, or to restart a running one.
#[tracing::instrument(skip_all)]
pub(crate) async fn begin_start(
    tx: &mut UnitOfWork,
    environment: Environment,
    grant: Grant,
) -> Result<CommittedChange> {
    let restart = matches!(environment.state, EnvironmentState::Running(_));
    let (revision, account) = (environment.revision, grant.account());
    let starting = environment.begin_start(grant, tx.now()).map_err(|e| ApiError::internal(&e))?;
    tx.save_environment(&starting, revision).await?.applied_or_else(ApiError::busy)?;
    Ok(CommittedChange::Starting { environment: starting, account, restart })
}

impl CommittedChange {
    /// Makes the runtime follow, and records how a start ended.
    #[tracing::instrument(skip_all)]
    pub(crate) async fn apply(self, api: &Api, app: &App) {
        match self {
            Self::Stopped(stopped) => {
                if let Err(cause) = api.reconcile(app, &stopped).await {
                    tracing::error!(%cause, environment = %stopped.id, "what was started meanwhile does not answer");
                }
                api.bus.publish_environment(&stopped);
            }
            Self::Starting { environment, account, restart } => start(api, app, environment, account, restart).await,
        }
    }
}

async fn start(api: &Api, app: &App, starting: Environment, account: AccountId, restart: bool) {
    let ports = &api.ports;
    api.bus.publish_environment(&starting);
    if restart {
        ports.runtime.stop(starting.id).await;
    }
    let outcome = api.reconcile(app, &starting).await;
    if let Err(cause) = &outcome {
        tracing::warn!(%cause, environment = %starting.id, "did not start");
    }
    let outcome = StartOutcome { starting, account, restart, started: outcome.is_ok() };
    if let Err(cause) = outcome.record(api).await {
        // The response shows the environment as starting until the outcome is recorded in the background.
        tracing::warn!(%cause, environment = %outcome.starting.id, "how the start ended is not recorded yet");
        ports.spawn.spawn(Box::pin(record_with_retries(api.clone(), outcome)));
    }
}

/// The outcome of a start that the store does not have yet.
struct StartOutcome {
    starting: Environment,
    account: AccountId,
    restart: bool,
    started: bool,
}

impl StartOutcome {
    async fn record(&self, api: &Api) -> StoreResult<()> {
        let Self { starting, account, restart, started } = self;
        let event = match (started, restart) {
            (false, _) => Event::StartFailed,
            (true, true) => Event::Restarted,
            (true, false) => Event::Started,
        };
        let event = &event;
        api.write(|mut tx| async move {
            // If the environment was stopped or deployed to in the meantime, that state stays.
            if let Ok(ended) = starting.clone().end_start(*started, tx.now())
                && tx.save_environment(&ended, starting.revision).await? == Update::Applied
            {
                if let Some(release) = ended.state.release().filter(|_| *started) {
                    let now = tx.now();
                    tx.record_deployment(release.package.id, ended.id, true, now).await?;
                }
                tx.record_activity(ended.app, Some(ended.id), Some(*account), event.clone()).await?;
            }
            tx.commit(()).await
        })
        .await?;
        api.bus.publish_environment(starting);
        Ok(())
    }
}

/// Records an outcome, with retries until the server stops. The next start of the server ends what is still starting.
async fn record_with_retries(api: Api, outcome: StartOutcome) {
    while !api.bus.is_closed() {
        api.ports.clock.sleep(RETRY_DELAY_MILLIS).await;
        match outcome.record(&api).await {
            Ok(()) => return,
            Err(cause) => {
                tracing::error!(%cause, environment = %outcome.starting.id,
                    "how the start ended is not recorded yet");
            }
        }
    }
}
