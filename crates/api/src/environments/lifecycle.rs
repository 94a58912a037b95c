//! Starting, stopping and restarting by hand.

use padlock_contract::events::Change;
use padlock_domain::activity::Event;
use padlock_domain::app::App;
use padlock_domain::environment::{Environment, Slot};
use padlock_domain::grant::Grant;
use padlock_domain::ids::{AccountId, AppId};

use crate::activity::entry::new_entry;
use crate::app_state::Api;
use crate::http::problem::{ApiError, Result};
use crate::ports::{StoreError, Transaction, Update};

/// How long to wait before the database is tried again, in milliseconds.
const RETRY_MILLIS: u32 = 1_000;

fn tell(api: &Api, environment: &Environment) {
    api.bus.publish(environment.app, Change::Environment { environment: environment.slug.to_string() });
}

async fn save(tx: &mut dyn Transaction, changed: &Environment, was: i64) -> Result<()> {
    match tx.save_environment(changed, was).await? {
        Update::Applied => Ok(()),
        Update::Stale => Err(ApiError::busy()),
    }
}

/// Stops what runs: first in the books, so that a crash in between does not bring it back.
pub(crate) async fn stop(
    api: &Api,
    app: &App,
    environment: Environment,
    grant: Grant,
    mut tx: Box<dyn Transaction>,
) -> Result<()> {
    let (was, account) = (environment.revision, grant.account());
    let stopped = environment.stop(grant, api.ports.now()).map_err(|e| ApiError::internal(&e))?;
    save(tx.as_mut(), &stopped, was).await?;
    tx.add_activity(&new_entry(&api.ports, app.id, Some(stopped.id), Some(account), Event::Stopped)).await?;
    tx.commit().await?;
    if let Err(cause) = api.reconcile(app, &stopped).await {
        tracing::error!(%cause, environment = %stopped.id, "what was started meanwhile does not answer");
    }
    tell(api, &stopped);
    Ok(())
}

/// Starts what is stopped, or restarts what runs.
pub(crate) async fn start(
    api: &Api,
    app: &App,
    environment: Environment,
    grant: Grant,
    mut tx: Box<dyn Transaction>,
) -> Result<()> {
    let ports = &api.ports;
    let restart = matches!(environment.slot, Slot::Running(_));
    let (was, account) = (environment.revision, grant.account());
    let starting = environment.begin_start(grant, ports.now()).map_err(|e| ApiError::internal(&e))?;
    save(tx.as_mut(), &starting, was).await?;
    tx.commit().await?;
    tell(api, &starting);

    if restart {
        ports.runtime.stop(starting.id).await;
    }
    let outcome = api.reconcile(app, &starting).await;
    if let Err(cause) = &outcome {
        tracing::warn!(%cause, environment = %starting.id, "did not start");
    }
    let started = Started { app: app.id, starting, account, restart, came_up: outcome.is_ok() };
    if let Err(cause) = started.write_down(api).await {
        // It runs, or does not, whatever the books say: the answer shows it as starting, and it is written down later.
        tracing::warn!(%cause, environment = %started.starting.id, "how the start ended is yet to be written down");
        api.ports.spawn.spawn(Box::pin(write_down_later(api.clone(), started)));
    }
    Ok(())
}

/// A start that has come to its end, which the books do not know yet.
struct Started {
    app: AppId,
    starting: Environment,
    account: AccountId,
    restart: bool,
    came_up: bool,
}

impl Started {
    async fn write_down(&self, api: &Api) -> std::result::Result<(), StoreError> {
        let ports = &api.ports;
        let mut tx = ports.store.write().await?;
        // Somebody may have stopped it or deployed something else meanwhile: then theirs stands.
        let Ok(ended) = self.starting.clone().end_start(self.came_up, ports.now()) else { return Ok(()) };
        if tx.save_environment(&ended, self.starting.revision).await? == Update::Applied {
            if let Some(release) = ended.slot.release().filter(|_| self.came_up) {
                tx.record_deployment(release.package.id, ended.id, true, ports.now()).await?;
            }
            let event = match (self.came_up, self.restart) {
                (false, _) => Event::StartFailed,
                (true, true) => Event::Restarted,
                (true, false) => Event::Started,
            };
            tx.add_activity(&new_entry(ports, self.app, Some(ended.id), Some(self.account), event)).await?;
            tx.commit().await?;
        }
        tell(api, &ended);
        Ok(())
    }
}

/// Until it is written down, or the server stops: then the next start of it ends what is starting.
async fn write_down_later(api: Api, started: Started) {
    while !api.bus.is_closed() {
        api.ports.clock.sleep(RETRY_MILLIS).await;
        match started.write_down(&api).await {
            Ok(()) => return,
            Err(cause) => {
                tracing::error!(%cause, environment = %started.starting.id, "how the start ended is not written down yet");
            }
        }
    }
}
