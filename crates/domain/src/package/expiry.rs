//! When a package in the repository expires.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::ids::PackageId;

/// A package that nothing keeps is deleted this long after it was last of use.
pub const RETENTION: SignedDuration = SignedDuration::from_hours(15 * 24);
/// How many of the most recently deployed packages are kept besides those in use.
pub const RECENT_PACKAGES_KEPT: usize = 5;

/// The packages of an app that never expire as things are: those in use (on an environment, or on their way to one)
/// and the five others that were deployed last. `recent` has the latest first.
#[must_use]
pub fn retained(in_use: BTreeSet<PackageId>, recent: &[PackageId]) -> BTreeSet<PackageId> {
    let others: Vec<_> = recent.iter().filter(|id| !in_use.contains(id)).take(RECENT_PACKAGES_KEPT).copied().collect();
    in_use.into_iter().chain(others).collect()
}

/// When a package that nothing keeps expires: [`RETENTION`] after its upload or its last deployment.
#[must_use]
pub fn expires_at(created_at: Timestamp, last_deployed_at: Option<Timestamp>) -> Timestamp {
    let last_use = last_deployed_at.map_or(created_at, |at| at.max(created_at));
    last_use.checked_add(RETENTION).unwrap_or(Timestamp::MAX)
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
    fn in_use_and_the_last_five_others_stay() {
        let recent: Vec<_> = (0..8).map(id).collect();
        let kept = retained([id(1), id(9)].into(), &recent);
        assert_eq!(kept, [0, 1, 2, 3, 4, 5, 9].map(id).into());
    }

    #[test]
    fn the_rest_go_fifteen_days_after_their_last_use() {
        assert_eq!(expires_at(day(0), None), day(15));
        assert_eq!(expires_at(day(0), Some(day(3))), day(18));
    }
}
