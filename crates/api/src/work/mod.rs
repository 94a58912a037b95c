//! What happens besides answering: jobs, starts and stops, and keeping the house.

pub(crate) mod deploy;
mod follow;
mod house;
pub(crate) mod power;
mod recover;

use std::collections::BTreeSet;

use futures::channel::oneshot;
use padlock_domain::activity::{Entry, Event};
use padlock_domain::environment::Environment;
use padlock_domain::ids::{AccountId, ActivityId, AppId, EnvironmentId, PackageId};
use padlock_domain::package::expiry;

use crate::ports::{BlobError, Blobs, StoreError, Transaction};
use crate::state::Ports;

/// How long to wait before something is tried again that nobody waits for, in milliseconds.
const AGAIN: u32 = 1_000;

/// An entry for the audit trail, now.
pub(crate) fn activity(
    ports: &Ports,
    app: AppId,
    environment: Option<EnvironmentId>,
    account: Option<AccountId>,
    event: Event,
) -> Entry {
    let at = ports.now();
    Entry { id: ActivityId::new(at, ports.random()), app, environment, account, at, event }
}

/// Runs blocking work on a file where it holds nobody up.
pub(crate) async fn blocking<T: Send + 'static>(
    blobs: &dyn Blobs,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BlobError> {
    let (sender, receiver) = oneshot::channel();
    let task = Box::new(move || {
        let _ = sender.send(work());
    });
    blobs.blocking(task).await;
    receiver.await.map_err(|_| BlobError::Io("the work stopped in the middle".to_owned()))
}

/// The packages of an app that do not expire as things are.
pub(crate) async fn retained_packages(
    tx: &mut dyn Transaction,
    app: AppId,
    environments: &[Environment],
) -> Result<BTreeSet<PackageId>, StoreError> {
    let mut in_use = BTreeSet::new();
    for environment in environments {
        in_use.extend(environment.slot.release().map(|r| r.package.id));
        if let Some(job) = environment.job {
            in_use.extend(tx.deployment(job).await?.map(|d| d.package.id));
        }
    }
    let limit = expiry::RECENT_PACKAGES_KEPT + in_use.len();
    let recent = tx.recently_deployed(app, u32::try_from(limit).unwrap_or(u32::MAX)).await?;
    Ok(expiry::retained(in_use, &recent))
}
