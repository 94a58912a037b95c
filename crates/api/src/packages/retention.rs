//! Which packages of an app do not expire.

use std::collections::BTreeSet;

use padlock_domain::package::expiry;
use padlock_domain::{AppId, Environment, PackageId};

use crate::ports::{ReadTransaction, StoreResult};

/// Returns the packages of an app that do not expire: those on an environment or on their way to one, and the ones that were
/// deployed last.
pub(crate) async fn retained_packages(
    tx: &mut dyn ReadTransaction,
    app: AppId,
    environments: &[Environment],
) -> StoreResult<BTreeSet<PackageId>> {
    let mut in_use = BTreeSet::new();
    for environment in environments {
        in_use.extend(environment.state.release().map(|r| r.package.id));
        if let Some(job) = environment.active_deployment {
            in_use.extend(tx.deployment(job).await?.map(|d| d.package.id));
        }
    }
    let limit = expiry::RECENT_PACKAGES_KEPT + in_use.len();
    let recent = tx.recently_deployed(app, u32::try_from(limit).unwrap_or(u32::MAX)).await?;
    Ok(expiry::retained(in_use, &recent))
}
