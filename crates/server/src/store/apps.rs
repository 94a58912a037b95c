//! Apps, teams and the Node Permissions matrix in SQL.

use std::collections::BTreeMap;

use async_trait::async_trait;
use padlock_api::ports::{Insert, ReadApps, StoreResult, WriteApps};
use padlock_domain::{AccountId, App, AppId, EnvironmentId, Membership, PermissionSet};
use tracing::instrument;

use super::query::sql;
use super::row::{Columns, Row};
use super::transaction::SqlTransaction;

macro_rules! select {
    ($tail:literal) => {
        concat!("SELECT a.id, a.slug, a.name, a.promotion, a.technical_contact FROM apps a ", $tail)
    };
}

macro_rules! select_membership {
    ($tail:literal) => {
        concat!(
            "SELECT m.app, m.account, m.deploy_permissions, m.deactivated, a.technical_contact
             FROM memberships m JOIN apps a ON a.id = m.app ",
            $tail
        )
    };
}

macro_rules! select_permissions {
    ($tail:literal) => {
        concat!("SELECT app, environment, permissions FROM member_permissions ", $tail)
    };
}

/// Returns a membership without its permissions.
fn membership(row: &Row) -> StoreResult<Membership> {
    let account = row.parsed("account")?;
    Ok(Membership {
        app: row.parsed("app")?,
        account,
        technical_contact: row.parsed::<AccountId>("technical_contact")? == account,
        deploy_permissions: row.flag("deploy_permissions")?,
        deactivated: row.flag("deactivated")?,
        granted: BTreeMap::new(),
    })
}

fn cell(row: &Row) -> StoreResult<(EnvironmentId, PermissionSet)> {
    Ok((row.parsed("environment")?, PermissionSet::from_bits(row.unsigned("permissions")?)))
}

fn app(row: &Row) -> StoreResult<App> {
    Ok(App {
        id: row.parsed("id")?,
        slug: row.parsed("slug")?,
        name: row.text("name")?,
        promotion: row.parsed("promotion")?,
        technical_contact: row.parsed("technical_contact")?,
    })
}

#[async_trait]
impl ReadApps for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn apps_of(&mut self, account: AccountId) -> StoreResult<Vec<App>> {
        let query = sql(select!(
            "JOIN memberships m ON m.app = a.id WHERE m.account = $1 AND m.deactivated = 0 ORDER BY a.name, a.id"
        ))
        .bind(account);
        self.fetch_all(query, app).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn all_apps(&mut self) -> StoreResult<Vec<App>> {
        let query = sql(select!("ORDER BY a.name, a.id"));
        self.fetch_all(query, app).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn app(&mut self, slug_or_id: &str) -> StoreResult<Option<App>> {
        let by_slug = sql(select!("WHERE a.slug = $1")).bind(slug_or_id);
        let found = self.fetch_optional(by_slug, app).await?;
        // A slug may look like an id; the slug takes precedence.
        match slug_or_id.parse::<AppId>() {
            Ok(id) if found.is_none() => {
                let by_id = sql(select!("WHERE a.id = $1")).bind(id);
                self.fetch_optional(by_id, app).await
            }
            _ => Ok(found),
        }
    }

    #[instrument(level = "debug", skip_all)]
    async fn memberships_of(&mut self, account: AccountId) -> StoreResult<Vec<Membership>> {
        let query = sql(select_membership!("WHERE m.account = $1 AND m.deactivated = 0")).bind(account);
        let mut memberships = self.fetch_all(query, membership).await?;
        let query = sql(select_permissions!("WHERE account = $1")).bind(account);
        let cells = self.fetch_all(query, |row| Ok((row.parsed::<AppId>("app")?, cell(row)?))).await?;
        for (app, (environment, permissions)) in cells {
            if let Some(membership) = memberships.iter_mut().find(|membership| membership.app == app) {
                membership.granted.insert(environment, permissions);
            }
        }
        Ok(memberships)
    }

    #[instrument(level = "debug", skip_all)]
    async fn membership(&mut self, app: AppId, account: AccountId) -> StoreResult<Option<Membership>> {
        let query = sql(select_membership!("WHERE m.app = $1 AND m.account = $2")).bind(app).bind(account);
        let Some(membership) = self.fetch_optional(query, membership).await? else { return Ok(None) };
        let query = sql(select_permissions!("WHERE app = $1 AND account = $2")).bind(app).bind(account);
        let granted = self.fetch_all(query, cell).await?.into_iter().collect();
        Ok(Some(Membership { granted, ..membership }))
    }
}

#[async_trait]
impl WriteApps for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn lock_membership_rows(&mut self, app: AppId, account: AccountId) -> StoreResult<()> {
        if !self.engine().has_concurrent_writers() {
            return Ok(());
        }
        let query = sql("SELECT 1 FROM accounts JOIN memberships ON memberships.account = accounts.id
                 JOIN apps ON apps.id = memberships.app
             WHERE memberships.app = $1 AND accounts.id = $2 FOR SHARE OF accounts, memberships, apps")
        .bind(app)
        .bind(account);
        self.exists(query).await?;
        let query =
            sql("SELECT 1 FROM member_permissions WHERE app = $1 AND account = $2 FOR SHARE").bind(app).bind(account);
        self.exists(query).await.map(drop)
    }

    #[instrument(level = "debug", skip_all)]
    async fn add_app(&mut self, app: &App) -> StoreResult<Insert> {
        let query = sql("INSERT INTO apps (id, slug, name, promotion, technical_contact) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (slug) DO NOTHING")
        .bind(app.id)
        .bind(app.slug.as_str())
        .bind(&app.name)
        .bind(<&str>::from(app.promotion))
        .bind(app.technical_contact);
        self.insert(query).await
    }

    /// Ignores `technical_contact`: only the row of the app stores it, so that there is exactly one.
    #[instrument(level = "debug", skip_all)]
    async fn add_membership(&mut self, membership: &Membership) -> StoreResult<()> {
        let query =
            sql("INSERT INTO memberships (app, account, deploy_permissions, deactivated) VALUES ($1, $2, $3, $4)")
                .bind(membership.app)
                .bind(membership.account)
                .bind(membership.deploy_permissions)
                .bind(membership.deactivated);
        self.execute(query).await?;
        for (environment, permissions) in &membership.granted {
            let query =
                sql("INSERT INTO member_permissions (app, account, environment, permissions) VALUES ($1, $2, $3, $4)")
                    .bind(membership.app)
                    .bind(membership.account)
                    .bind(*environment)
                    .bind(u32::from(permissions.bits()));
            self.execute(query).await?;
        }
        Ok(())
    }
}
