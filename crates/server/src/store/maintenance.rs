//! The database as a whole: a copy of it, whether it is sound, and which package files belong to it.

use std::path::Path;

use padlock_api::ports::StoreError;
use padlock_domain::ids::PackageId;
use padlock_domain::package::Sha256;
use sqlx::{Connection, Row as _};

use super::SqliteStore;
use super::error::{failed, store_error};
use super::row::{Columns, Row};

/// What a sound database answers `PRAGMA integrity_check` with.
const SOUND: &str = "ok";
/// As many faults as anybody wants to read.
const FAULTS: &str = "PRAGMA integrity_check(10)";

/// A package's file as the books have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageFile {
    /// Whose.
    pub id: PackageId,
    /// Its size in bytes.
    pub size: u64,
    /// Its hash.
    pub sha256: Sha256,
}

impl SqliteStore {
    /// Writes a copy of one consistent state into a new file, while others read and write.
    ///
    /// # Errors
    /// [`StoreError`], also when there is such a file.
    pub async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        let name = file.to_str().ok_or_else(|| failed("the name of the copy is not Unicode"))?;
        sqlx::query("VACUUM INTO $1").bind(name).execute(&self.writer).await.map_err(store_error)?;
        Ok(())
    }

    /// Takes everything away that nobody should have from a copy: sessions, and what waits for a code. It leaves no trace
    /// in the file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_sessions(&self) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await.map_err(store_error)?;
        sqlx::query("PRAGMA secure_delete = ON").execute(&mut *connection).await.map_err(store_error)?;
        let mut transaction = connection.begin().await.map_err(store_error)?;
        for statement in
            ["DELETE FROM sessions", "DELETE FROM mfa_challenges", "DELETE FROM enrolments", "DELETE FROM mail_codes"]
        {
            sqlx::query(statement).execute(&mut *transaction).await.map_err(store_error)?;
        }
        transaction.commit().await.map_err(store_error)
    }

    /// What is wrong with the file and with what refers to what; nothing when it is sound.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot even be looked at.
    pub async fn integrity_errors(&self) -> Result<Vec<String>, StoreError> {
        let mut faults: Vec<String> = sqlx::query_scalar(FAULTS).fetch_all(&self.readers).await.map_err(store_error)?;
        faults.retain(|fault| fault != SOUND);
        let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_all(&self.readers).await.map_err(store_error)?;
        for row in &dangling {
            let (table, parent): (String, String) =
                (row.try_get("table").map_err(store_error)?, row.try_get("parent").map_err(store_error)?);
            faults.push(format!("a row of {table} refers to one of {parent} that is not there"));
        }
        Ok(faults)
    }

    /// How many deployments are under way.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn jobs_running(&self) -> Result<usize, StoreError> {
        let running: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM deployments WHERE ended_at IS NULL")
            .fetch_one(&self.readers)
            .await
            .map_err(store_error)?;
        Ok(usize::try_from(running).unwrap_or_default())
    }

    /// The files that have to be there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn package_files(&self) -> Result<Vec<PackageFile>, StoreError> {
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
