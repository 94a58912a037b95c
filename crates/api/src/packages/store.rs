//! The store of packages.

use async_trait::async_trait;
use padlock_domain::package::PackageSummary;
use padlock_domain::{AppId, EnvironmentId, Package, PackageId, Timestamp};

use crate::ports::{StoreResult, Update};

/// A package and when it was last deployed.
#[derive(Debug, Clone)]
pub struct PackageRecord {
    /// The package.
    pub package: Package,
    /// When it was last deployed to any environment, if ever.
    pub last_deployed_at: Option<Timestamp>,
}

/// A package in a list, and when it was last deployed.
#[derive(Debug, Clone)]
pub struct PackageListing {
    /// The package without its constants and scheduled events, which can be large.
    pub package: PackageSummary,
    /// When it was last deployed to any environment, if ever.
    pub last_deployed_at: Option<Timestamp>,
}

/// Queries of packages; their files are in [`Blobs`](crate::ports::Blobs).
#[async_trait]
pub trait ReadPackages {
    /// Returns at most `limit` of the app's packages that are older than `before`, newest first.
    async fn packages(&mut self, app: AppId, before: Option<PackageId>, limit: u32)
    -> StoreResult<Vec<PackageListing>>;
    /// Returns a package of the app, if there is one with this id.
    async fn package(&mut self, app: AppId, id: PackageId) -> StoreResult<Option<PackageRecord>>;
    /// Returns the `limit` packages of the app that were deployed last, latest first.
    async fn recently_deployed(&mut self, app: AppId, limit: u32) -> StoreResult<Vec<PackageId>>;
    /// Returns the app's packages that were neither uploaded nor deployed since `before`.
    async fn idle_packages(&mut self, app: AppId, before: Timestamp) -> StoreResult<Vec<PackageListing>>;
    /// Returns the id of every package, to find files that nothing refers to.
    async fn all_package_ids(&mut self) -> StoreResult<Vec<PackageId>>;
    /// Returns the environments on which these packages ever ran, as pairs in any order.
    async fn environments_run_on(&mut self, packages: &[PackageId]) -> StoreResult<Vec<(PackageId, EnvironmentId)>>;
    /// Returns whether a package ever ran on an environment.
    async fn has_run(&mut self, package: PackageId, environment: EnvironmentId) -> StoreResult<bool>;
}

/// Statements on packages.
#[async_trait]
pub trait WritePackages {
    /// Adds a package.
    async fn add_package(&mut self, package: &Package) -> StoreResult<()>;
    /// Deletes a package; [`Update::Stale`] when it is on an environment or on its way to one.
    async fn delete_package(&mut self, app: AppId, id: PackageId) -> StoreResult<Update>;
    /// Records that a package was deployed to an environment, and whether it was started there.
    async fn record_deployment(
        &mut self,
        package: PackageId,
        environment: EnvironmentId,
        started: bool,
        at: Timestamp,
    ) -> StoreResult<()>;
}
