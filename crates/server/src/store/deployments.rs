//! Deployments in SQL.

use async_trait::async_trait;
use padlock_api::ports::{Conflict, DeploymentStore, StoreError};
use padlock_domain::deployment::{Completion, Deployment};
use padlock_domain::ids::{DeploymentId, EnvironmentId};
use padlock_domain::package::PackageRef;
use sqlx::sqlite::SqliteRow;

use super::columns::{Columns, damaged, from_word, to_json, to_word};
use super::{Work, guarded, store_error};

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

fn deployment(row: &SqliteRow) -> Result<Deployment, StoreError> {
    let end = match row.maybe_time("ended_at")? {
        None => None,
        Some(at) => {
            let failure = row.maybe_text("failure")?.map(|word| from_word(word, "failure")).transpose()?;
            Some(Completion { at, outcome: failure.map_or(Ok(()), Err) })
        }
    };
    Ok(Deployment {
        id: row.parsed("id")?,
        app: row.parsed("app")?,
        environment: row.parsed("environment")?,
        from: row.maybe_parsed("transported_from")?,
        package: PackageRef {
            id: row.parsed("package")?,
            version: row.text("version")?,
            runtime_version: row.text("runtime_version")?,
            file_name: row.text("file_name")?,
        },
        replaces: replaces(row)?,
        start: row.flag("starts")?,
        requested_by: row.parsed("requested_by")?,
        created_at: row.time("created_at")?,
        stages: row.json("stages")?,
        end,
    })
}

fn replaces(row: &SqliteRow) -> Result<Option<PackageRef>, StoreError> {
    let Some(id) = row.maybe_parsed("replaces_package")? else {
        return Ok(None);
    };
    let text = |column| row.maybe_text(column)?.ok_or_else(|| damaged(column));
    Ok(Some(PackageRef {
        id,
        version: text("replaces_version")?,
        runtime_version: text("replaces_runtime_version")?,
        file_name: text("replaces_file_name")?,
    }))
}

fn failure(deployment: &Deployment) -> Result<Option<String>, StoreError> {
    deployment.end.and_then(|end| end.outcome.err()).map(to_word).transpose()
}

#[async_trait]
impl DeploymentStore for Work {
    async fn deployment(&mut self, id: DeploymentId) -> Result<Option<Deployment>, StoreError> {
        let row = sqlx::query(select!("WHERE id = $1"))
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        row.as_ref().map(deployment).transpose()
    }

    async fn latest_deployment(&mut self, environment: EnvironmentId) -> Result<Option<Deployment>, StoreError> {
        let row = sqlx::query(select!("WHERE environment = $1 ORDER BY id DESC LIMIT 1"))
            .bind(environment.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        row.as_ref().map(deployment).transpose()
    }

    async fn unfinished_deployments(&mut self) -> Result<Vec<Deployment>, StoreError> {
        // Put in order here: asked to, SQLite would walk all deployments there ever were.
        let rows =
            sqlx::query(select!("WHERE ended_at IS NULL")).fetch_all(self.connection()).await.map_err(store_error)?;
        let mut deployments = rows.iter().map(deployment).collect::<Result<Vec<_>, _>>()?;
        deployments.sort_unstable_by_key(|deployment| deployment.id);
        Ok(deployments)
    }

    async fn add_deployment(&mut self, deployment: &Deployment) -> Result<(), StoreError> {
        let replaces = deployment.replaces.as_ref();
        sqlx::query(
            "INSERT INTO deployments
                 (id, app, environment, transported_from, package, version, runtime_version, file_name,
                  replaces_package, replaces_version, replaces_runtime_version, replaces_file_name,
                  starts, requested_by, created_at, stages, ended_at, failure)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        )
        .bind(deployment.id.to_string())
        .bind(deployment.app.to_string())
        .bind(deployment.environment.to_string())
        .bind(deployment.from.map(|id| id.to_string()))
        .bind(deployment.package.id.to_string())
        .bind(&deployment.package.version)
        .bind(&deployment.package.runtime_version)
        .bind(&deployment.package.file_name)
        .bind(replaces.map(|p| p.id.to_string()))
        .bind(replaces.map(|p| &p.version))
        .bind(replaces.map(|p| &p.runtime_version))
        .bind(replaces.map(|p| &p.file_name))
        .bind(i64::from(deployment.start))
        .bind(deployment.requested_by.to_string())
        .bind(deployment.created_at.as_millisecond())
        .bind(to_json(&deployment.stages)?)
        .bind(deployment.end.map(|end| end.at.as_millisecond()))
        .bind(failure(deployment)?)
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn save_deployment(&mut self, deployment: &Deployment) -> Result<Conflict, StoreError> {
        let result = sqlx::query(
            "UPDATE deployments SET stages = $2, ended_at = $3, failure = $4 WHERE id = $1 AND ended_at IS NULL",
        )
        .bind(deployment.id.to_string())
        .bind(to_json(&deployment.stages)?)
        .bind(deployment.end.map(|end| end.at.as_millisecond()))
        .bind(failure(deployment)?)
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        guarded(&result)
    }
}
