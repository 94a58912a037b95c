//! Packages in SQL. Every list uses an index.

use async_trait::async_trait;
use data_encoding::HEXLOWER;
use padlock_api::ports::{PackageListing, PackageRecord, ReadPackages, StoreResult, Update, WritePackages};
use padlock_domain::package::{PackageSummary, Sha256};
use padlock_domain::{AppId, EnvironmentId, Package, PackageId, PackageRef, Timestamp};
use tracing::instrument;

use super::error::failed;
use super::query::sql;
use super::row::{Columns, Row, to_json};
use super::transaction::SqlTransaction;

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, app, file_name, manifest, has_index_page, size, sha256, uploaded_by, created_at, last_deployed_at
             FROM packages ",
            $tail
        )
    };
}

/// Reads no manifests: a list of packages must not read megabytes.
macro_rules! select_listing {
    ($tail:literal) => {
        concat!(
            "SELECT id, app, file_name, version, runtime_version, project_name, description, has_index_page, size,
                 sha256, uploaded_by, created_at, last_deployed_at
             FROM packages ",
            $tail
        )
    };
}

fn listing(row: &Row) -> StoreResult<PackageListing> {
    let package = PackageSummary {
        id: row.parsed("id")?,
        app: row.parsed("app")?,
        file_name: row.text("file_name")?,
        version: row.text("version")?,
        runtime_version: row.text("runtime_version")?,
        project_name: row.text("project_name")?,
        description: row.text("description")?,
        has_index_page: row.flag("has_index_page")?,
        size: row.unsigned("size")?,
        sha256: Sha256(row.hash("sha256")?),
        uploaded_by: row.parsed("uploaded_by")?,
        created_at: row.time("created_at")?,
    };
    Ok(PackageListing { package, last_deployed_at: row.optional_time("last_deployed_at")? })
}

fn package(row: &Row) -> StoreResult<Package> {
    Ok(Package {
        id: row.parsed("id")?,
        app: row.parsed("app")?,
        file_name: row.text("file_name")?,
        manifest: row.json("manifest")?,
        has_index_page: row.flag("has_index_page")?,
        size: row.unsigned("size")?,
        sha256: Sha256(row.hash("sha256")?),
        uploaded_by: row.parsed("uploaded_by")?,
        created_at: row.time("created_at")?,
    })
}

/// Reads the package that a row of another table refers to.
pub(super) fn package_ref(row: &Row) -> StoreResult<PackageRef> {
    Ok(PackageRef {
        id: row.parsed("package")?,
        version: row.text("version")?,
        runtime_version: row.text("runtime_version")?,
        file_name: row.text("file_name")?,
    })
}

fn package_record(row: &Row) -> StoreResult<PackageRecord> {
    Ok(PackageRecord { package: package(row)?, last_deployed_at: row.optional_time("last_deployed_at")? })
}

#[async_trait]
impl ReadPackages for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn packages(
        &mut self,
        app: AppId,
        before: Option<PackageId>,
        limit: u32,
    ) -> StoreResult<Vec<PackageListing>> {
        let query = match before {
            None => sql(select_listing!("WHERE app = $1 ORDER BY id DESC LIMIT $2")),
            Some(_) => sql(select_listing!("WHERE app = $1 AND id < $3 ORDER BY id DESC LIMIT $2")),
        };
        let mut query = query.bind(app).bind(limit);
        if let Some(before) = before {
            query = query.bind(before);
        }
        self.fetch_all(query, listing).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn package(&mut self, app: AppId, id: PackageId) -> StoreResult<Option<PackageRecord>> {
        let query = sql(select!("WHERE id = $1 AND app = $2")).bind(id).bind(app);
        self.fetch_optional(query, package_record).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn recently_deployed(&mut self, app: AppId, limit: u32) -> StoreResult<Vec<PackageId>> {
        let query = sql("SELECT id FROM packages WHERE app = $1 AND last_deployed_at IS NOT NULL
             ORDER BY last_deployed_at DESC, id DESC LIMIT $2")
        .bind(app)
        .bind(limit);
        self.fetch_all(query, |row| row.parsed("id")).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn idle_packages(&mut self, app: AppId, before: Timestamp) -> StoreResult<Vec<PackageListing>> {
        let query = sql(select_listing!(
            "WHERE app = $1 AND created_at < $2 AND (last_deployed_at IS NULL OR last_deployed_at < $2) ORDER BY id"
        ))
        .bind(app)
        .bind(before);
        self.fetch_all(query, listing).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn all_package_ids(&mut self) -> StoreResult<Vec<PackageId>> {
        let query = sql("SELECT id FROM packages");
        self.fetch_all(query, |row| row.parsed("id")).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn environments_run_on(&mut self, packages: &[PackageId]) -> StoreResult<Vec<(PackageId, EnvironmentId)>> {
        let pair = |row: &Row| Ok((row.parsed("package")?, row.parsed("environment")?));
        let head = "SELECT package, environment FROM package_deployments WHERE ran = 1 AND package IN";
        self.fetch_for_ids(head, packages, "", pair).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn has_run(&mut self, package: PackageId, environment: EnvironmentId) -> StoreResult<bool> {
        let query = sql("SELECT 1 FROM package_deployments WHERE package = $1 AND environment = $2 AND ran = 1")
            .bind(package)
            .bind(environment);
        self.exists(query).await
    }
}

#[async_trait]
impl WritePackages for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn add_package(&mut self, package: &Package) -> StoreResult<()> {
        let summary = package.to_summary();
        let query = sql("INSERT INTO packages
                 (id, app, file_name, version, runtime_version, manifest, size, sha256, uploaded_by, created_at,
                  project_name, description, has_index_page)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
        .bind(package.id)
        .bind(package.app)
        .bind(&package.file_name)
        .bind(&package.manifest.version)
        .bind(&package.manifest.runtime_version)
        .bind(to_json(&package.manifest)?)
        .bind(i64::try_from(package.size).map_err(|_| failed("a package of impossible size"))?)
        .bind(HEXLOWER.encode(&package.sha256.0))
        .bind(package.uploaded_by)
        .bind(package.created_at)
        .bind(summary.project_name)
        .bind(summary.description)
        .bind(package.has_index_page);
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn delete_package(&mut self, app: AppId, id: PackageId) -> StoreResult<Update> {
        let query = sql("DELETE FROM packages WHERE id = $1 AND app = $2
             AND NOT EXISTS (SELECT 1 FROM environments e WHERE e.package = $1)
             AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.package = $1 AND d.ended_at IS NULL)")
        .bind(id)
        .bind(app);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn record_deployment(
        &mut self,
        package: PackageId,
        environment: EnvironmentId,
        started: bool,
        at: Timestamp,
    ) -> StoreResult<()> {
        let query = sql("INSERT INTO package_deployments (package, environment, ran, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (package, environment) DO UPDATE SET
                 at = CASE WHEN excluded.at > package_deployments.at THEN excluded.at ELSE package_deployments.at END,
                 ran = CASE WHEN excluded.ran = 1 THEN 1 ELSE package_deployments.ran END")
        .bind(package)
        .bind(environment)
        .bind(started)
        .bind(at);
        self.execute(query).await?;
        let query = sql("UPDATE packages SET last_deployed_at = $2
             WHERE id = $1 AND (last_deployed_at IS NULL OR last_deployed_at < $2)")
        .bind(package)
        .bind(at);
        self.execute(query).await
    }
}
