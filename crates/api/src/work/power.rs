//! Starting, stopping and restarting by hand.

use padlock_contract::events::Change;
use padlock_domain::access::Grant;
use padlock_domain::activity::Event;
use padlock_domain::app::App;
use padlock_domain::environment::{Environment, Slot};

use super::activity;
use crate::error::{ApiError, Result};
use crate::ports::{Conflict, Transaction};
use crate::state::Api;

fn tell(api: &Api, environment: &Environment) {
    api.bus.tell(environment.app, Change::Environment { environment: environment.slug.to_string() });
}

async fn save(tx: &mut dyn Transaction, changed: &Environment, was: i64) -> Result<()> {
    match tx.save_environment(changed, was).await? {
        Conflict::None => Ok(()),
        Conflict::Lost => Err(ApiError::busy()),
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
    tx.add_activity(&activity(&api.ports, app.id, Some(stopped.id), Some(account), Event::Stopped)).await?;
    tx.commit().await?;
    api.ports.runtime.stop(stopped.id).await;
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
    let release = starting.slot.release().map(|r| r.deployment).ok_or_else(|| ApiError::internal(&"no release"))?;
    let outcome = ports.runtime.start(app, &starting, release).await;
    if let Err(cause) = &outcome {
        tracing::warn!(%cause, environment = %starting.id, "did not start");
    }
    let event = match (&outcome, restart) {
        (Err(_), _) => Event::StartFailed,
        (Ok(()), true) => Event::Restarted,
        (Ok(()), false) => Event::Started,
    };
    let package = starting.slot.release().map(|r| r.package.id);
    let mut tx = ports.store.write().await?;
    let was = starting.revision;
    let ended = starting.end_start(outcome.is_ok(), ports.now()).map_err(|e| ApiError::internal(&e))?;
    // Somebody may have stopped it or deployed something else meanwhile: then theirs stands.
    if tx.save_environment(&ended, was).await? == Conflict::None {
        if let (Ok(()), Some(package)) = (&outcome, package) {
            tx.record_deployment(package, ended.id, true, ports.now()).await?;
        }
        tx.add_activity(&activity(ports, app.id, Some(ended.id), Some(account), event)).await?;
        tx.commit().await?;
    }
    tell(api, &ended);
    Ok(())
}
