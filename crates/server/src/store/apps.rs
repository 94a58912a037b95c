//! Apps, teams and the Node Permissions matrix in SQL.

use std::collections::BTreeMap;

use async_trait::async_trait;
use padlock_api::ports::{AppStore, Conflict, StoreError};
use padlock_domain::app::{App, Membership};
use padlock_domain::ids::{AccountId, AppId};
use padlock_domain::permission::PermissionSet;
use sqlx::sqlite::SqliteRow;

use super::columns::{Columns, damaged, from_word, to_word};
use super::{Work, guarded, store_error};

macro_rules! select {
    ($tail:literal) => {
        concat!("SELECT a.id, a.slug, a.name, a.promotion, a.technical_contact FROM apps a ", $tail)
    };
}

fn app(row: &SqliteRow) -> Result<App, StoreError> {
    Ok(App {
        id: row.parsed("id")?,
        slug: row.parsed("slug")?,
        name: row.text("name")?,
        promotion: from_word(row.text("promotion")?, "promotion")?,
        technical_contact: row.parsed("technical_contact")?,
    })
}

#[async_trait]
impl AppStore for Work {
    async fn apps_of(&mut self, account: AccountId) -> Result<Vec<App>, StoreError> {
        let rows = sqlx::query(select!(
            "JOIN memberships m ON m.app = a.id WHERE m.account = $1 AND m.deactivated = 0 ORDER BY a.name, a.id"
        ))
        .bind(account.to_string())
        .fetch_all(self.connection())
        .await
        .map_err(store_error)?;
        rows.iter().map(app).collect()
    }

    async fn all_apps(&mut self) -> Result<Vec<App>, StoreError> {
        let rows =
            sqlx::query(select!("ORDER BY a.name, a.id")).fetch_all(self.connection()).await.map_err(store_error)?;
        rows.iter().map(app).collect()
    }

    async fn app(&mut self, slug_or_id: &str) -> Result<Option<App>, StoreError> {
        let mut row = sqlx::query(select!("WHERE a.slug = $1"))
            .bind(slug_or_id)
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        // A slug may look like an id, and then it is the slug that counts.
        if row.is_none()
            && let Ok(id) = slug_or_id.parse::<AppId>()
        {
            row = sqlx::query(select!("WHERE a.id = $1"))
                .bind(id.to_string())
                .fetch_optional(self.connection())
                .await
                .map_err(store_error)?;
        }
        row.as_ref().map(app).transpose()
    }

    async fn membership(&mut self, app: AppId, account: AccountId) -> Result<Option<Membership>, StoreError> {
        let Some(row) = sqlx::query(
            "SELECT m.deploy_permissions, m.deactivated, a.technical_contact
             FROM memberships m JOIN apps a ON a.id = m.app WHERE m.app = $1 AND m.account = $2",
        )
        .bind(app.to_string())
        .bind(account.to_string())
        .fetch_optional(self.connection())
        .await
        .map_err(store_error)?
        else {
            return Ok(None);
        };
        let cells = sqlx::query("SELECT environment, permissions FROM grants WHERE app = $1 AND account = $2")
            .bind(app.to_string())
            .bind(account.to_string())
            .fetch_all(self.connection())
            .await
            .map_err(store_error)?;
        let mut granted = BTreeMap::new();
        for cell in &cells {
            let bits = u8::try_from(cell.integer("permissions")?).map_err(|_| damaged("permissions"))?;
            granted.insert(cell.parsed("environment")?, PermissionSet::from_bits(bits));
        }
        Ok(Some(Membership {
            app,
            account,
            technical_contact: row.parsed::<AccountId>("technical_contact")? == account,
            deploy_permissions: row.flag("deploy_permissions")?,
            deactivated: row.flag("deactivated")?,
            granted,
        }))
    }

    async fn add_app(&mut self, app: &App) -> Result<Conflict, StoreError> {
        let result = sqlx::query(
            "INSERT INTO apps (id, slug, name, promotion, technical_contact) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (slug) DO NOTHING",
        )
        .bind(app.id.to_string())
        .bind(app.slug.as_str())
        .bind(&app.name)
        .bind(to_word(app.promotion)?)
        .bind(app.technical_contact.to_string())
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        guarded(&result)
    }

    /// Who the Technical Contact is stands in the app's row alone, so that there is exactly one.
    async fn add_membership(&mut self, membership: &Membership) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO memberships (app, account, deploy_permissions, deactivated) VALUES ($1, $2, $3, $4)")
            .bind(membership.app.to_string())
            .bind(membership.account.to_string())
            .bind(i64::from(membership.deploy_permissions))
            .bind(i64::from(membership.deactivated))
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        for (environment, permissions) in &membership.granted {
            sqlx::query("INSERT INTO grants (app, account, environment, permissions) VALUES ($1, $2, $3, $4)")
                .bind(membership.app.to_string())
                .bind(membership.account.to_string())
                .bind(environment.to_string())
                .bind(i64::from(permissions.bits()))
                .execute(self.connection())
                .await
                .map_err(store_error)?;
        }
        Ok(())
    }
}
