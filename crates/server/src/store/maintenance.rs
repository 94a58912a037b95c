//! Operations on the whole database: copy, integrity check, and the package files that it requires.

use std::path::Path;

use padlock_api::ports::StoreResult;
use padlock_domain::PackageId;
use padlock_domain::package::Sha256;
use sqlx::{Connection, Row as _};

use super::SqliteStore;
use super::error::{failed, store_error};
use super::row::{Columns, Row};
use crate::disk;

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

impl SqliteStore {
    /// Copies one consistent state into a new file, while others read and write.
    ///
    /// # Errors
    /// Returns an error if the database fails, or if the file exists.
    pub async fn copy_to(&self, file: &Path) -> StoreResult<()> {
        let name = file.to_str().ok_or_else(|| failed("the name of the copy is not Unicode"))?;
        disk::create_private(file).map_err(|error| store_error(error.into()))?;
        sqlx::query("VACUUM INTO $1").bind(name).execute(&self.writer).await.map_err(store_error)?;
        Ok(())
    }

    /// Deletes sessions and pending codes, and overwrites them with zeros in the file.
    ///
    /// # Errors
    /// Returns an error if they cannot be deleted.
    pub async fn delete_sessions(&self) -> StoreResult<()> {
        let mut connection = self.writer.acquire().await.map_err(store_error)?;
        sqlx::query("PRAGMA secure_delete = ON").execute(&mut *connection).await.map_err(store_error)?;
        let mut tx = connection.begin().await.map_err(store_error)?;
        for statement in
            ["DELETE FROM sessions", "DELETE FROM mfa_challenges", "DELETE FROM enrolments", "DELETE FROM mail_codes"]
        {
            sqlx::query(statement).execute(&mut *tx).await.map_err(store_error)?;
        }
        tx.commit().await.map_err(store_error)
    }

    /// Returns damage of the file and violated foreign keys.
    ///
    /// # Errors
    /// Returns an error if the checks cannot run.
    pub async fn integrity_errors(&self) -> StoreResult<Vec<String>> {
        let mut errors: Vec<String> =
            sqlx::query_scalar(INTEGRITY_CHECK).fetch_all(&self.readers).await.map_err(store_error)?;
        errors.retain(|error| error != INTEGRITY_OK);
        let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_all(&self.readers).await.map_err(store_error)?;
        for row in &dangling {
            let (table, parent): (String, String) =
                (row.try_get("table").map_err(store_error)?, row.try_get("parent").map_err(store_error)?);
            errors.push(format!("a row of {table} refers to a missing row of {parent}"));
        }
        Ok(errors)
    }

    /// Returns the slugs of the app and of the environment for two environments, if there are two: of the oldest app, the
    /// protected ones first.
    ///
    /// # Errors
    /// Returns an error if they cannot be read.
    pub async fn two_environments(&self) -> StoreResult<Option<[(String, String); 2]>> {
        let environments = sqlx::query_as(
            "SELECT a.slug, e.slug FROM environments e JOIN apps a ON a.id = e.app
             ORDER BY a.id, e.protected DESC, e.position LIMIT 2",
        );
        let found: Vec<(String, String)> = environments.fetch_all(&self.readers).await.map_err(store_error)?;
        Ok(found.try_into().ok())
    }

    /// Returns the package files that must exist.
    ///
    /// # Errors
    /// Returns an error if they cannot be read.
    pub async fn package_files(&self) -> StoreResult<Vec<PackageFile>> {
        let rows = sqlx::query("SELECT id, size, sha256 FROM packages ORDER BY id")
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        let read = |row: &Row| {
            Ok(PackageFile { id: row.parsed("id")?, size: row.unsigned("size")?, sha256: Sha256(row.hash("sha256")?) })
        };
        rows.iter().map(read).collect()
    }
}
