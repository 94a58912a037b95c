//! Deployments in SQL.

use async_trait::async_trait;
use padlock_api::ports::{ReadDeployments, StoreResult, Update, WriteDeployments};
use padlock_domain::deployment::{DeploymentEnd, Failure};
use padlock_domain::{Deployment, DeploymentId, EnvironmentId, PackageRef};
use tracing::instrument;

use super::SqlStore;
use super::packages::package_ref;
use super::query::sql;
use super::row::{Columns, Row, damaged, to_json};
use super::transaction::SqlTransaction;

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, app, environment, transported_from, package, version, runtime_version, file_name,
                    replaces_package, replaces_version, replaces_runtime_version, replaces_file_name,
                    starts, requested_by, created_at, stages, ended_at, failure
             FROM deployments ",
            $tail
        )
    };
}

fn deployment(row: &Row) -> StoreResult<Deployment> {
    let failure: Option<Failure> = row.optional_parsed("failure")?;
    let outcome = failure.map_or(Ok(()), Err);
    let end = row.optional_time("ended_at")?.map(|at| DeploymentEnd { at, outcome });
    Ok(Deployment {
        id: row.parsed("id")?,
        app: row.parsed("app")?,
        environment: row.parsed("environment")?,
        from: row.optional_parsed("transported_from")?,
        package: package_ref(row)?,
        replaces: replaces(row)?,
        start: row.flag("starts")?,
        requested_by: row.parsed("requested_by")?,
        created_at: row.time("created_at")?,
        stages: row.json("stages")?,
        end,
    })
}

fn replaces(row: &Row) -> StoreResult<Option<PackageRef>> {
    let Some(id) = row.optional_parsed("replaces_package")? else {
        return Ok(None);
    };
    let text = |column| row.optional_text(column)?.ok_or_else(|| damaged(column));
    Ok(Some(PackageRef {
        id,
        version: text("replaces_version")?,
        runtime_version: text("replaces_runtime_version")?,
        file_name: text("replaces_file_name")?,
    }))
}

fn failure(deployment: &Deployment) -> Option<&'static str> {
    deployment.end.and_then(|end| end.outcome.err()).map(Into::into)
}

impl SqlStore {
    /// Returns the number of running deployments.
    ///
    /// # Errors
    /// Returns an error if they cannot be counted.
    pub async fn running_deployments(&self) -> StoreResult<i64> {
        let query = sql("SELECT COUNT(*) AS running FROM deployments WHERE ended_at IS NULL");
        let running = self.begin_read().await?.fetch_optional(query, |row| row.integer("running")).await?;
        Ok(running.unwrap_or_default())
    }
}

#[async_trait]
impl ReadDeployments for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn deployment(&mut self, id: DeploymentId) -> StoreResult<Option<Deployment>> {
        let query = sql(select!("WHERE id = $1")).bind(id);
        self.fetch_optional(query, deployment).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn deployments(&mut self, ids: &[DeploymentId]) -> StoreResult<Vec<Deployment>> {
        self.fetch_for_ids(select!("WHERE id IN"), ids, "", deployment).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn latest_deployments(&mut self, environments: &[EnvironmentId]) -> StoreResult<Vec<Deployment>> {
        // The inner query reads one entry of the index for each environment.
        let head = select!(
            "WHERE id IN (SELECT (SELECT MAX(d.id) FROM deployments d WHERE d.environment = e.id)
                 FROM environments e WHERE e.id IN"
        );
        self.fetch_for_ids(head, environments, ")", deployment).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn unfinished_deployments(&mut self) -> StoreResult<Vec<Deployment>> {
        // Sorted here: with ORDER BY, SQLite would scan all deployments instead of the partial index.
        let mut deployments = self.fetch_all(sql(select!("WHERE ended_at IS NULL")), deployment).await?;
        deployments.sort_unstable_by_key(|deployment| deployment.id);
        Ok(deployments)
    }
}

#[async_trait]
impl WriteDeployments for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn add_deployment(&mut self, deployment: &Deployment) -> StoreResult<()> {
        let replaces = deployment.replaces.as_ref();
        let query = sql("INSERT INTO deployments
                 (id, app, environment, transported_from, package, version, runtime_version, file_name,
                  replaces_package, replaces_version, replaces_runtime_version, replaces_file_name,
                  starts, requested_by, created_at, stages, ended_at, failure)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)")
        .bind(deployment.id)
        .bind(deployment.app)
        .bind(deployment.environment)
        .bind(deployment.from)
        .bind(deployment.package.id)
        .bind(&deployment.package.version)
        .bind(&deployment.package.runtime_version)
        .bind(&deployment.package.file_name)
        .bind(replaces.map(|p| p.id))
        .bind(replaces.map(|p| &p.version))
        .bind(replaces.map(|p| &p.runtime_version))
        .bind(replaces.map(|p| &p.file_name))
        .bind(deployment.start)
        .bind(deployment.requested_by)
        .bind(deployment.created_at)
        .bind(to_json(&deployment.stages)?)
        .bind(deployment.end.map(|end| end.at))
        .bind(failure(deployment));
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn save_deployment(&mut self, deployment: &Deployment) -> StoreResult<Update> {
        let query =
            sql("UPDATE deployments SET stages = $2, ended_at = $3, failure = $4 WHERE id = $1 AND ended_at IS NULL")
                .bind(deployment.id)
                .bind(to_json(&deployment.stages)?)
                .bind(deployment.end.map(|end| end.at))
                .bind(failure(deployment));
        self.update_if_current(query).await
    }
}
