//! Accounts in SQL.

use async_trait::async_trait;
use padlock_api::ports::{Accounts, Conflict, StoreError};
use padlock_domain::account::{Account, Login, PasswordHash};
use padlock_domain::ids::AccountId;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite};

use super::columns::Columns;
use super::{Work, guarded, store_error};

/// Ids asked for in one statement; SQLite takes 32 766 parameters, PostgreSQL twice that.
const AT_ONCE: usize = 500;

fn account(row: &SqliteRow) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.parsed("id")?,
        login: row.parsed("login")?,
        name: row.text("name")?,
        password: PasswordHash::new(row.text("password")?),
        disabled: row.flag("disabled")?,
    })
}

#[async_trait]
impl Accounts for Work {
    async fn account(&mut self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query("SELECT id, login, name, password, disabled FROM accounts WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        row.as_ref().map(account).transpose()
    }

    async fn account_by_login(&mut self, login: &Login) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query("SELECT id, login, name, password, disabled FROM accounts WHERE login = $1")
            .bind(login.as_str())
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        row.as_ref().map(account).transpose()
    }

    async fn names(&mut self, ids: &[AccountId]) -> Result<Vec<(AccountId, String)>, StoreError> {
        let mut names = Vec::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let mut query = QueryBuilder::<Sqlite>::new("SELECT id, name FROM accounts WHERE id IN (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(id.to_string());
            }
            query.push(")");
            for row in query.build().fetch_all(self.connection()).await.map_err(store_error)? {
                names.push((row.parsed("id")?, row.text("name")?));
            }
        }
        Ok(names)
    }

    async fn add_account(&mut self, account: &Account) -> Result<Conflict, StoreError> {
        let result = sqlx::query(
            "INSERT INTO accounts (id, login, name, password, disabled) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (login) DO NOTHING",
        )
        .bind(account.id.to_string())
        .bind(account.login.as_str())
        .bind(&account.name)
        .bind(account.password.expose())
        .bind(i64::from(account.disabled))
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        guarded(&result)
    }

    async fn any_account(&mut self) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT id FROM accounts LIMIT 1")
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        Ok(row.is_some())
    }
}
