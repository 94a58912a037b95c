//! Environments in SQL. The description of an environment's package comes from the row of the package.

use async_trait::async_trait;
use padlock_api::ports::{Insert, ReadEnvironments, StoreResult, Update, WriteEnvironments};
use padlock_domain::{App, AppId, Environment, EnvironmentId, EnvironmentState, Release};
use tracing::instrument;

use super::packages::package_ref;
use super::query::sql;
use super::row::{Columns, Row, damaged};
use super::transaction::SqlTransaction;

macro_rules! select {
    ($also:literal, $tail:literal) => {
        concat!(
            "SELECT e.id, e.app, e.slug, e.name, e.position, e.protected, e.state, e.release, e.package, e.since,
                    e.active_deployment, e.revision, p.version, p.runtime_version, p.file_name",
            $also,
            " FROM environments e LEFT JOIN packages p ON p.id = e.package ",
            $tail
        )
    };
}

fn environment(row: &Row) -> StoreResult<Environment> {
    Ok(Environment {
        id: row.parsed("id")?,
        app: row.parsed("app")?,
        slug: row.parsed("slug")?,
        name: row.text("name")?,
        position: row.unsigned("position")?,
        protected: row.flag("protected")?,
        state: state(row)?,
        active_deployment: row.optional_parsed("active_deployment")?,
        revision: row.integer("revision")?,
    })
}

fn state(row: &Row) -> StoreResult<EnvironmentState> {
    let name = row.text("state")?;
    if name == "empty" {
        return Ok(EnvironmentState::Empty);
    }
    let release = Release { deployment: row.parsed("release")?, package: package_ref(row)?, since: row.time("since")? };
    match name.as_str() {
        "stopped" => Ok(EnvironmentState::Stopped(release)),
        "starting" => Ok(EnvironmentState::Starting(release)),
        "running" => Ok(EnvironmentState::Running(release)),
        "failed" => Ok(EnvironmentState::Failed(release)),
        _ => Err(damaged("state")),
    }
}

#[async_trait]
impl ReadEnvironments for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn environments(&mut self, app: AppId) -> StoreResult<Vec<Environment>> {
        let query = sql(select!("", "WHERE e.app = $1 ORDER BY e.position")).bind(app);
        self.fetch_all(query, environment).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn environments_of(&mut self, apps: &[AppId]) -> StoreResult<Vec<Environment>> {
        self.fetch_for_ids(select!("", "WHERE e.app IN"), apps, " ORDER BY e.app, e.position", environment).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn all_environments(&mut self) -> StoreResult<Vec<(App, Environment)>> {
        let query = sql(select!(
            ", a.slug AS app_slug, a.name AS app_name, a.promotion, a.technical_contact",
            "JOIN apps a ON a.id = e.app ORDER BY a.name, a.id, e.position"
        ));
        let with_app = |row: &Row| {
            let app = App {
                id: row.parsed("app")?,
                slug: row.parsed("app_slug")?,
                name: row.text("app_name")?,
                promotion: row.parsed("promotion")?,
                technical_contact: row.parsed("technical_contact")?,
            };
            Ok((app, environment(row)?))
        };
        self.fetch_all(query, with_app).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn environment(&mut self, id: EnvironmentId) -> StoreResult<Option<Environment>> {
        let query = sql(select!("", "WHERE e.id = $1")).bind(id);
        self.fetch_optional(query, environment).await
    }
}

#[async_trait]
impl WriteEnvironments for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn add_environment(&mut self, environment: &Environment) -> StoreResult<Insert> {
        let release = environment.state.release();
        let query = sql("INSERT INTO environments
                 (id, app, slug, name, position, protected, state, release, package, since, active_deployment, revision)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT DO NOTHING")
        .bind(environment.id)
        .bind(environment.app)
        .bind(environment.slug.as_str())
        .bind(&environment.name)
        .bind(environment.position)
        .bind(environment.protected)
        .bind(<&str>::from(&environment.state))
        .bind(release.map(|r| r.deployment))
        .bind(release.map(|r| r.package.id))
        .bind(release.map(|r| r.since))
        .bind(environment.active_deployment)
        .bind(environment.revision);
        self.insert(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn save_environment(&mut self, environment: &Environment, expected_revision: i64) -> StoreResult<Update> {
        let release = environment.state.release();
        let query =
            sql("UPDATE environments SET state = $3, release = $4, package = $5, since = $6, active_deployment = $7,
                 revision = $8 WHERE id = $1 AND revision = $2")
            .bind(environment.id)
            .bind(expected_revision)
            .bind(<&str>::from(&environment.state))
            .bind(release.map(|r| r.deployment))
            .bind(release.map(|r| r.package.id))
            .bind(release.map(|r| r.since))
            .bind(environment.active_deployment)
            .bind(environment.revision);
        self.update_if_current(query).await
    }
}
