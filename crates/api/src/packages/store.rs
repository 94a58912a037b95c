//! Packages in the store.

use async_trait::async_trait;
use padlock_domain::Timestamp;
use padlock_domain::ids::{AppId, EnvironmentId, PackageId};
use padlock_domain::package::Package;

use crate::ports::{StoreError, Update};

/// A package with what the repository shows of it.
#[derive(Debug, Clone)]
pub struct PackageRecord {
    /// The package.
    pub package: Package,
    /// When it was last put onto an environment.
    pub last_deployed_at: Option<Timestamp>,
}

/// Packages.
#[async_trait]
pub trait PackageStore {
    /// The newest `limit` of an app's packages that are older than `before` (an id of that app), newest first.
    async fn packages(
        &mut self,
        app: AppId,
        before: Option<PackageId>,
        limit: u32,
    ) -> Result<Vec<PackageRecord>, StoreError>;
    /// One of an app's.
    async fn package(&mut self, app: AppId, id: PackageId) -> Result<Option<Package>, StoreError>;
    /// The `limit` packages of an app that were put onto an environment last, the latest first.
    async fn recently_deployed(&mut self, app: AppId, limit: u32) -> Result<Vec<PackageId>, StoreError>;
    /// The packages of an app that were uploaded, and last put onto an environment if ever, before `before`.
    async fn idle_packages(&mut self, app: AppId, before: Timestamp) -> Result<Vec<PackageRecord>, StoreError>;
    /// Every package's id, for the sweep of files.
    async fn all_package_ids(&mut self) -> Result<Vec<PackageId>, StoreError>;
    /// Adds one.
    async fn add_package(&mut self, package: &Package) -> Result<(), StoreError>;
    /// Deletes one unless it lies on an environment or is on its way to one ([`Update::Stale`]).
    async fn delete_package(&mut self, app: AppId, id: PackageId) -> Result<Update, StoreError>;
    /// Records that a package was put onto an environment (now, or again), and whether it ran there.
    async fn record_deployment(
        &mut self,
        package: PackageId,
        on: EnvironmentId,
        ran: bool,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// When it was last put onto any environment.
    async fn last_deployed_at(&mut self, package: PackageId) -> Result<Option<Timestamp>, StoreError>;
    /// Whether it ever ran there.
    async fn has_run(&mut self, package: PackageId, on: EnvironmentId) -> Result<bool, StoreError>;
}
