//! Expiry of the packages in a repository.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::ids::PackageId;
use crate::time::saturating_add;

/// How long a package is kept after its upload or its last deployment.
pub const RETENTION: SignedDuration = SignedDuration::from_hours(15 * 24);
/// The number of most recently deployed packages that are kept in addition to those in use.
pub const RECENT_PACKAGES_KEPT: usize = 5;

/// Returns the packages of an app that do not expire: those in use by an environment or a deployment, and the
/// [`RECENT_PACKAGES_KEPT`] others that were deployed last. `recent` is sorted by latest deployment first.
#[must_use]
pub fn retained(in_use: BTreeSet<PackageId>, recent: &[PackageId]) -> BTreeSet<PackageId> {
    let others: Vec<_> = recent.iter().filter(|id| !in_use.contains(id)).take(RECENT_PACKAGES_KEPT).copied().collect();
    in_use.into_iter().chain(others).collect()
}

/// Returns when a package that is not [`retained`] expires: [`RETENTION`] after its upload or its last deployment.
#[must_use]
pub fn expires_at(created_at: Timestamp, last_deployed_at: Option<Timestamp>) -> Timestamp {
    let last_used_at = last_deployed_at.map_or(created_at, |at| at.max(created_at));
    saturating_add(last_used_at, RETENTION)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> PackageId {
        PackageId::new(Timestamp::UNIX_EPOCH, [n; 10])
    }

    fn day(n: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * n)
    }

    #[test]
    fn packages_in_use_and_the_last_five_others_are_retained() {
        let recent: Vec<_> = (0..8).map(id).collect();
        let kept = retained([id(1), id(9)].into(), &recent);
        assert_eq!(kept, [0, 1, 2, 3, 4, 5, 9].map(id).into());
    }

    #[test]
    fn other_packages_expire_fifteen_days_after_their_last_use() {
        assert_eq!(expires_at(day(0), None), day(15));
        assert_eq!(expires_at(day(0), Some(day(3))), day(18));
    }
}
