//! Environments in SQL. What lies in a slot is named by its package's row.

use async_trait::async_trait;
use padlock_api::ports::{Conflict, EnvironmentStore, StoreError};
use padlock_domain::Timestamp;
use padlock_domain::app::App;
use padlock_domain::environment::{Environment, Release, Slot};
use padlock_domain::ids::{AppId, EnvironmentId};
use padlock_domain::package::PackageRef;
use sqlx::sqlite::SqliteRow;

use super::columns::{Columns, damaged, from_word};
use super::{Work, guarded, store_error};

macro_rules! select {
    ($also:literal, $tail:literal) => {
        concat!(
            "SELECT e.id, e.app, e.slug, e.name, e.position, e.protected, e.state, e.release, e.package, e.since, e.job,
                    e.revision, p.version, p.runtime_version, p.file_name",
            $also,
            " FROM environments e LEFT JOIN packages p ON p.id = e.package ",
            $tail
        )
    };
}

fn environment(row: &SqliteRow) -> Result<Environment, StoreError> {
    Ok(Environment {
        id: row.parsed("id")?,
        app: row.parsed("app")?,
        slug: row.parsed("slug")?,
        name: row.text("name")?,
        position: u32::try_from(row.integer("position")?).map_err(|_| damaged("position"))?,
        protected: row.flag("protected")?,
        slot: slot(row)?,
        job: row.maybe_parsed("job")?,
        revision: row.integer("revision")?,
    })
}

fn slot(row: &SqliteRow) -> Result<Slot, StoreError> {
    let state = row.text("state")?;
    if state == "empty" {
        return Ok(Slot::Empty);
    }
    let release = Release {
        deployment: row.parsed("release")?,
        package: PackageRef {
            id: row.parsed("package")?,
            version: row.text("version")?,
            runtime_version: row.text("runtime_version")?,
            file_name: row.text("file_name")?,
        },
        since: row.time("since")?,
    };
    match state.as_str() {
        "stopped" => Ok(Slot::Stopped(release)),
        "starting" => Ok(Slot::Starting(release)),
        "running" => Ok(Slot::Running(release)),
        "failed" => Ok(Slot::Failed(release)),
        _ => Err(damaged("state")),
    }
}

const fn state(slot: &Slot) -> &'static str {
    match slot {
        Slot::Empty => "empty",
        Slot::Stopped(_) => "stopped",
        Slot::Starting(_) => "starting",
        Slot::Running(_) => "running",
        Slot::Failed(_) => "failed",
    }
}

#[async_trait]
impl EnvironmentStore for Work {
    async fn environments(&mut self, app: AppId) -> Result<Vec<Environment>, StoreError> {
        let rows = sqlx::query(select!("", "WHERE e.app = $1 ORDER BY e.position"))
            .bind(app.to_string())
            .fetch_all(self.connection())
            .await
            .map_err(store_error)?;
        rows.iter().map(environment).collect()
    }

    async fn all_environments(&mut self) -> Result<Vec<(App, Environment)>, StoreError> {
        let rows = sqlx::query(select!(
            ", a.slug AS app_slug, a.name AS app_name, a.promotion, a.technical_contact",
            "JOIN apps a ON a.id = e.app ORDER BY a.name, a.id, e.position"
        ))
        .fetch_all(self.connection())
        .await
        .map_err(store_error)?;
        rows.iter()
            .map(|row| {
                let app = App {
                    id: row.parsed("app")?,
                    slug: row.parsed("app_slug")?,
                    name: row.text("app_name")?,
                    promotion: from_word(row.text("promotion")?, "promotion")?,
                    technical_contact: row.parsed("technical_contact")?,
                };
                Ok((app, environment(row)?))
            })
            .collect()
    }

    async fn environment(&mut self, id: EnvironmentId) -> Result<Option<Environment>, StoreError> {
        let row = sqlx::query(select!("", "WHERE e.id = $1"))
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        row.as_ref().map(environment).transpose()
    }

    async fn add_environment(&mut self, environment: &Environment) -> Result<Conflict, StoreError> {
        let release = environment.slot.release();
        let result = sqlx::query(
            "INSERT INTO environments
                 (id, app, slug, name, position, protected, state, release, package, since, job, revision)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT DO NOTHING",
        )
        .bind(environment.id.to_string())
        .bind(environment.app.to_string())
        .bind(environment.slug.as_str())
        .bind(&environment.name)
        .bind(i64::from(environment.position))
        .bind(i64::from(environment.protected))
        .bind(state(&environment.slot))
        .bind(release.map(|r| r.deployment.to_string()))
        .bind(release.map(|r| r.package.id.to_string()))
        .bind(release.map(|r| r.since).map(Timestamp::as_millisecond))
        .bind(environment.job.map(|id| id.to_string()))
        .bind(environment.revision)
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        guarded(&result)
    }

    async fn save_environment(&mut self, environment: &Environment, was: i64) -> Result<Conflict, StoreError> {
        let release = environment.slot.release();
        let result = sqlx::query(
            "UPDATE environments SET state = $3, release = $4, package = $5, since = $6, job = $7, revision = $8
             WHERE id = $1 AND revision = $2",
        )
        .bind(environment.id.to_string())
        .bind(was)
        .bind(state(&environment.slot))
        .bind(release.map(|r| r.deployment.to_string()))
        .bind(release.map(|r| r.package.id.to_string()))
        .bind(release.map(|r| r.since).map(Timestamp::as_millisecond))
        .bind(environment.job.map(|id| id.to_string()))
        .bind(environment.revision)
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        guarded(&result)
    }
}
