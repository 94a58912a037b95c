//! Operations on the whole database: integrity check, and the package files that it requires.

use padlock_api::ports::{StoreError, StoreResult};
use padlock_domain::PackageId;
use padlock_domain::package::Sha256;

use super::engine::{Engine, postgres};
use super::query::sql;
use super::row::{Columns, Row};
use super::transaction::SqlTransaction;
use super::{DatabaseUrl, SqlStore};

/// Second factors and enrolments without the row of their kind.
const INCOMPLETE_FACTORS: &str = "SELECT account FROM second_factors
     WHERE kind = 'authenticator' AND id NOT IN (SELECT factor FROM authenticators)
     UNION SELECT account FROM enrolments
     WHERE kind = 'authenticator' AND id NOT IN (SELECT enrolment FROM authenticator_enrolments)";
/// Reports at most ten errors, or one row with [`INTEGRITY_OK`].
const INTEGRITY_CHECK: &str = "PRAGMA integrity_check(10)";
const INTEGRITY_OK: &str = "ok";

/// A package file that the database requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageFile {
    /// The package.
    pub id: PackageId,
    /// The size in bytes.
    pub size: u64,
    /// The hash of the file.
    pub sha256: Sha256,
}

/// An account of a damaged installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedAccount {
    /// The login.
    pub login: String,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// The id of the second factor, if one is enrolled.
    pub second_factor: Option<String>,
}

impl SqlStore {
    /// Returns damage of the file and violated foreign keys. PostgreSQL checks its pages and keys by itself.
    ///
    /// # Errors
    /// Returns an error if the checks cannot run.
    pub async fn integrity_errors(&self) -> StoreResult<Vec<String>> {
        let mut tx = self.begin_read().await?;
        let incomplete =
            |row: &Row| Ok(format!("the second factor of the account {} is incomplete", row.text("account")?));
        let mut errors = tx.fetch_all(sql(INCOMPLETE_FACTORS), incomplete).await?;
        if self.engine == Engine::Postgres {
            return Ok(errors);
        }
        let damages = tx.fetch_all(sql(INTEGRITY_CHECK), |row| row.text("integrity_check")).await?;
        errors.extend(damages.into_iter().filter(|damage| damage != INTEGRITY_OK));
        let dangling = |row: &Row| {
            let (table, parent) = (row.text("table")?, row.text("parent")?);
            Ok(format!("a row of {table} refers to a missing row of {parent}"))
        };
        errors.extend(tx.fetch_all(sql("PRAGMA foreign_key_check"), dangling).await?);
        Ok(errors)
    }

    /// Returns whether somebody on the way to the machine of the database could read along.
    ///
    /// # Errors
    /// Returns an error if the database cannot be read.
    pub async fn is_connection_exposed(&self) -> StoreResult<bool> {
        match self.engine {
            Engine::Sqlite => Ok(false),
            Engine::Postgres => self.begin_read().await?.exists(sql(postgres::UNENCRYPTED)).await,
        }
    }

    /// Returns the slugs of the app and of the environment for two environments, if there are two: of the oldest app, the
    /// protected ones first.
    ///
    /// # Errors
    /// Returns an error if they cannot be read.
    pub async fn two_environments(&self) -> StoreResult<Option<[(String, String); 2]>> {
        let environments =
            sql("SELECT a.slug AS app, e.slug AS environment FROM environments e JOIN apps a ON a.id = e.app
             ORDER BY a.id, e.protected DESC, e.position LIMIT 2");
        let slugs = |row: &Row| Ok((row.text("app")?, row.text("environment")?));
        Ok(self.begin_read().await?.fetch_all(environments, slugs).await?.try_into().ok())
    }

    /// Returns the package files that must exist.
    ///
    /// # Errors
    /// Returns an error if they cannot be read.
    pub async fn package_files(&self) -> StoreResult<Vec<PackageFile>> {
        package_files(&mut self.begin_read().await?).await
    }

    /// Returns the accounts of a database of any version, as far as they can be read, and the error that ended the reading, if
    /// any. Changes nothing.
    ///
    /// # Errors
    /// Returns an error if nothing can be read.
    pub async fn read_damaged(url: &DatabaseUrl) -> StoreResult<(Vec<DamagedAccount>, Option<StoreError>)> {
        let (engine, pool) = Self::connect_to_read(url).await?;
        let mut tx = SqlTransaction::begin(&pool, engine, engine.begin_read(), None).await?;
        let account = |row: &Row| {
            let (login, disabled) = (row.text("login")?, row.flag("disabled")?);
            Ok(DamagedAccount { login, disabled, second_factor: row.optional_text("factor")? })
        };
        let mut accounts = Vec::new();
        let collect = async |account| {
            accounts.extend(account);
            Ok(())
        };
        let query = sql("SELECT a.login, a.disabled, f.id AS factor
             FROM accounts a LEFT JOIN second_factors f ON f.account = a.id");
        match tx.fetch_chunks(query, 1, account, collect).await {
            Err(error) if accounts.is_empty() => Err(error),
            result => Ok((accounts, result.err())),
        }
    }
}

/// Returns the package files that must exist.
pub(super) async fn package_files(tx: &mut SqlTransaction) -> StoreResult<Vec<PackageFile>> {
    let file = |row: &Row| {
        Ok(PackageFile { id: row.parsed("id")?, size: row.unsigned("size")?, sha256: Sha256(row.hash("sha256")?) })
    };
    tx.fetch_all(sql("SELECT id, size, sha256 FROM packages ORDER BY id"), file).await
}
