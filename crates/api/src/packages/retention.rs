//! Which packages of an app do not expire.

use std::collections::BTreeSet;

use padlock_domain::environment::Environment;
use padlock_domain::ids::{AppId, PackageId};
use padlock_domain::package::expiry;

use crate::ports::{StoreError, Transaction};

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
