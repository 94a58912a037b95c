//! The encrypted secrets in the database: verifies them, and encrypts them with another key.

use padlock_api::ports::{EncryptedSecret, StoreError, StoreResult, Vault, context};
use padlock_domain::AccountId;
use sqlx::{SqliteConnection, SqlitePool};

use super::SqliteStore;
use super::error::store_error;
use super::row::{Columns, Row};

/// A column that contains secrets.
struct SecretColumn {
    select: &'static str,
    /// Parameters: account, number, old secret, new secret.
    update: &'static str,
    /// The associated data of the encryption.
    context: fn(AccountId, u32) -> String,
}

const SECRET_COLUMNS: &[SecretColumn] = &[
    SecretColumn {
        select: "SELECT account, 0 AS number, seed AS secret FROM second_factors",
        update: "UPDATE second_factors SET seed = $4 WHERE account = $1 AND $2 = 0 AND seed = $3",
        context: |account, _| context::seed(account),
    },
    SecretColumn {
        select: "SELECT account, 0 AS number, seed AS secret FROM enrolments",
        update: "UPDATE enrolments SET seed = $4 WHERE account = $1 AND $2 = 0 AND seed = $3",
        context: |account, _| context::seed(account),
    },
    SecretColumn {
        select: "SELECT account, number, code AS secret FROM recovery_codes",
        update: "UPDATE recovery_codes SET code = $4 WHERE account = $1 AND number = $2 AND code = $3",
        context: context::recovery_code,
    },
    SecretColumn {
        select: "SELECT account, 0 AS number, code AS secret FROM mail_codes",
        update: "UPDATE mail_codes SET code = $4 WHERE account = $1 AND $2 = 0 AND code = $3",
        context: |account, _| context::mail_code(account),
    },
];

/// Why secrets could not be verified or encrypted. The database is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No key decrypts a secret of this account.
    #[error("a secret of the account {0} cannot be opened with the keys in the key file")]
    Undecryptable(AccountId),
}

struct Secret {
    column: &'static SecretColumn,
    account: AccountId,
    number: u32,
    encrypted: EncryptedSecret,
}

impl Secret {
    fn context(&self) -> String {
        (self.column.context)(self.account, self.number)
    }

    fn decrypt(&self, vault: &dyn Vault) -> Result<Vec<u8>, SecretError> {
        vault.decrypt(&self.context(), &self.encrypted).map_err(|_| SecretError::Undecryptable(self.account))
    }
}

impl SqliteStore {
    /// Returns the ids of the keys that the secrets are encrypted with.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the secrets cannot be read.
    pub async fn encryption_key_ids(&self) -> StoreResult<Vec<String>> {
        let mut ids = Vec::new();
        for secret in all_secrets(&mut *acquire(&self.readers).await?).await? {
            let id = secret.encrypted.key_id().unwrap_or_default().to_owned();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// Decrypts every secret, and returns their number.
    ///
    /// # Errors
    /// Returns [`SecretError`] if a secret cannot be read or decrypted.
    pub async fn verify_secrets(&self, vault: &dyn Vault) -> Result<usize, SecretError> {
        let secrets = all_secrets(&mut *acquire(&self.readers).await?).await?;
        for secret in &secrets {
            secret.decrypt(vault)?;
        }
        Ok(secrets.len())
    }

    /// Encrypts every secret with the newest key of the vault, in one transaction, and returns their number. Closes every
    /// authorised window.
    ///
    /// # Errors
    /// Returns [`SecretError`] if a secret cannot be read, decrypted or written. The database is unchanged then.
    pub async fn reencrypt_secrets(&self, vault: &dyn Vault) -> Result<usize, SecretError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(store_error)?;
        let secrets = all_secrets(&mut tx).await?;
        for secret in &secrets {
            let reencrypted = vault.encrypt(&secret.context(), &secret.decrypt(vault)?);
            sqlx::query(secret.column.update)
                .bind(secret.account.to_string())
                .bind(secret.number)
                .bind(&secret.encrypted.0)
                .bind(reencrypted.0)
                .execute(&mut *tx)
                .await
                .map_err(store_error)?;
        }
        // The seals of windows are by the old key, which may be forgotten.
        sqlx::query(super::sessions::close_windows!("")).execute(&mut *tx).await.map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(secrets.len())
    }
}

async fn acquire(pool: &SqlitePool) -> StoreResult<sqlx::pool::PoolConnection<sqlx::Sqlite>> {
    pool.acquire().await.map_err(store_error)
}

async fn all_secrets(connection: &mut SqliteConnection) -> StoreResult<Vec<Secret>> {
    let mut secrets = Vec::new();
    for column in SECRET_COLUMNS {
        let rows = sqlx::query(column.select).fetch_all(&mut *connection).await.map_err(store_error)?;
        for row in &rows {
            secrets.push(secret(row, column)?);
        }
    }
    Ok(secrets)
}

fn secret(row: &Row, column: &'static SecretColumn) -> StoreResult<Secret> {
    Ok(Secret {
        column,
        account: row.parsed("account")?,
        number: row.unsigned("number")?,
        encrypted: EncryptedSecret(row.text("secret")?),
    })
}
