//! Starting, stopping and restarting environments.

use padlock_domain::activity::Event;
use padlock_domain::{AccountId, App, AppId, Environment, EnvironmentState, Grant};

use crate::activity::entry::new_entry;
use crate::app_state::{Api, RETRY_DELAY_MILLIS};
use crate::http::{ApiError, Result};
use crate::ports::{StoreError, Transaction, Update};

/// Stops an environment. The store is changed first, so that the environment stays stopped after a crash in between.
#[tracing::instrument(skip_all)]
pub(crate) async fn stop(
    api: &Api,
    app: &App,
    environment: Environment,
    grant: Grant,
    mut tx: Box<dyn Transaction>,
) -> Result<()> {
    let (revision, account) = (environment.revision, grant.account());
    let stopped = environment.stop(grant, api.ports.now()).map_err(|e| ApiError::internal(&e))?;
    tx.save_environment(&stopped, revision).await?.applied_or_else(ApiError::busy)?;
    tx.add_activity(&new_entry(&api.ports, app.id, Some(stopped.id), Some(account), Event::Stopped)).await?;
    tx.commit().await?;
    if let Err(cause) = api.reconcile(app, &stopped).await {
        tracing::error!(%cause, environment = %stopped.id, "what was started meanwhile does not answer");
    }
    api.bus.publish_environment(&stopped);
    Ok(())
}

/// Starts a stopped environment, or restarts a running one.
#[tracing::instrument(skip_all)]
pub(crate) async fn start(
    api: &Api,
    app: &App,
    environment: Environment,
    grant: Grant,
    mut tx: Box<dyn Transaction>,
) -> Result<()> {
    let ports = &api.ports;
    let restart = matches!(environment.state, EnvironmentState::Running(_));
    let (revision, account) = (environment.revision, grant.account());
    let starting = environment.begin_start(grant, ports.now()).map_err(|e| ApiError::internal(&e))?;
    tx.save_environment(&starting, revision).await?.applied_or_else(ApiError::busy)?;
    tx.commit().await?;
    api.bus.publish_environment(&starting);

    if restart {
        ports.runtime.stop(starting.id).await;
    }
    let outcome = api.reconcile(app, &starting).await;
    if let Err(cause) = &outcome {
        tracing::warn!(%cause, environment = %starting.id, "did not start");
    }
    let outcome = StartOutcome { app: app.id, starting, account, restart, started: outcome.is_ok() };
    if let Err(cause) = outcome.record(api).await {
        // The response shows the environment as starting until the outcome is recorded in the background.
        tracing::warn!(%cause, environment = %outcome.starting.id, "how the start ended is not recorded yet");
        api.ports.spawn.spawn(Box::pin(record_with_retries(api.clone(), outcome)));
    }
    Ok(())
}

/// The outcome of a start that the store does not have yet.
struct StartOutcome {
    app: AppId,
    starting: Environment,
    account: AccountId,
    restart: bool,
    started: bool,
}

impl StartOutcome {
    async fn record(&self, api: &Api) -> std::result::Result<(), StoreError> {
        let ports = &api.ports;
        let mut tx = ports.store.write().await?;
        let Ok(ended) = self.starting.clone().end_start(self.started, ports.now()) else { return Ok(()) };
        // If the environment was stopped or deployed to in the meantime, that state stays.
        if tx.save_environment(&ended, self.starting.revision).await? == Update::Applied {
            if let Some(release) = ended.state.release().filter(|_| self.started) {
                tx.record_deployment(release.package.id, ended.id, true, ports.now()).await?;
            }
            let event = match (self.started, self.restart) {
                (false, _) => Event::StartFailed,
                (true, true) => Event::Restarted,
                (true, false) => Event::Started,
            };
            tx.add_activity(&new_entry(ports, self.app, Some(ended.id), Some(self.account), event)).await?;
            tx.commit().await?;
        }
        api.bus.publish_environment(&ended);
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
