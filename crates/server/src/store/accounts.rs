//! Accounts in SQL.

use async_trait::async_trait;
use padlock_api::ports::{Insert, NotFound, ReadAccounts, StoreResult, Update, WriteAccounts};
use padlock_domain::password::PasswordForm;
use padlock_domain::{Account, AccountId, Login, PasswordHash};
use tracing::instrument;

use super::query::sql;
use super::row::{Columns, Row};
use super::transaction::SqlTransaction;

macro_rules! select {
    ($tail:literal) => {
        concat!("SELECT id, login, name, password, password_nfc, disabled, support_agent FROM accounts ", $tail)
    };
}

fn password_hash(row: &Row) -> StoreResult<PasswordHash> {
    let form = if row.flag("password_nfc")? { PasswordForm::Nfc } else { PasswordForm::AsTyped };
    Ok(PasswordHash::new(row.text("password")?, form))
}

fn account(row: &Row) -> StoreResult<Account> {
    Ok(Account {
        id: row.parsed("id")?,
        login: row.parsed("login")?,
        name: row.text("name")?,
        password_hash: password_hash(row)?,
        disabled: row.flag("disabled")?,
        support_agent: row.flag("support_agent")?,
    })
}

#[async_trait]
impl ReadAccounts for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn account(&mut self, id: AccountId) -> StoreResult<Option<Account>> {
        let query = sql(select!("WHERE id = $1")).bind(id);
        self.fetch_optional(query, account).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn account_by_login(&mut self, login: &Login) -> StoreResult<Option<Account>> {
        let query = sql(select!("WHERE login = $1")).bind(login.as_str());
        self.fetch_optional(query, account).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn display_names(&mut self, ids: &[AccountId]) -> StoreResult<Vec<(AccountId, String)>> {
        let name = |row: &Row| Ok((row.parsed("id")?, row.text("name")?));
        self.fetch_for_ids("SELECT id, name FROM accounts WHERE id IN", ids, "", name).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn any_account(&mut self) -> StoreResult<bool> {
        self.exists(sql("SELECT id FROM accounts LIMIT 1")).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn all_accounts(&mut self) -> StoreResult<Vec<Account>> {
        let query = sql(select!("ORDER BY login"));
        self.fetch_all(query, account).await
    }
}

#[async_trait]
impl WriteAccounts for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn add_account(&mut self, account: &Account) -> StoreResult<Insert> {
        let query = sql("INSERT INTO accounts (id, login, name, password, password_nfc, disabled, support_agent)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (login) DO NOTHING")
        .bind(account.id)
        .bind(account.login.as_str())
        .bind(&account.name)
        .bind(account.password_hash.expose())
        .bind(account.password_hash.form() == PasswordForm::Nfc)
        .bind(account.disabled)
        .bind(account.support_agent);
        self.insert(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn set_password(&mut self, id: AccountId, password: &PasswordHash) -> StoreResult<Result<(), NotFound>> {
        let query = sql("UPDATE accounts SET password = $2, password_nfc = $3 WHERE id = $1")
            .bind(id)
            .bind(password.expose())
            .bind(password.form() == PasswordForm::Nfc);
        self.change_existing(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn set_disabled(&mut self, id: AccountId, disabled: bool) -> StoreResult<Update> {
        let query = sql("UPDATE accounts SET disabled = $2 WHERE id = $1 AND disabled <> $2").bind(id).bind(disabled);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn set_support_agent(&mut self, id: AccountId, support_agent: bool) -> StoreResult<Update> {
        let query = sql("UPDATE accounts SET support_agent = $2 WHERE id = $1 AND support_agent <> $2")
            .bind(id)
            .bind(support_agent);
        self.update_if_current(query).await
    }
}
