//! The encrypted secrets in the database: verifies them, and encrypts them with another key.

use padlock_api::ports::{Attempt, EncryptedSecret, StoreError, StoreResult, Vault, context};
use padlock_domain::AccountId;

use super::SqlStore;
use super::query::sql;
use super::row::{Columns, Row};
use super::transaction::SqlTransaction;

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

impl SqlStore {
    /// Returns the ids of the keys that the secrets are encrypted with.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the secrets cannot be read.
    pub async fn encryption_key_ids(&self) -> StoreResult<Vec<String>> {
        encryption_key_ids(&mut self.begin_read().await?).await
    }

    /// Decrypts every secret, and returns their number.
    ///
    /// # Errors
    /// Returns [`SecretError`] if a secret cannot be read or decrypted.
    pub async fn verify_secrets(&self, vault: &dyn Vault) -> Result<usize, SecretError> {
        let secrets = all_secrets(&mut self.begin_read().await?).await?;
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
        let mut tx = self.begin_write_attempt(&Attempt::default()).await?;
        let secrets = all_secrets(&mut tx).await?;
        for secret in &secrets {
            let reencrypted = vault.encrypt(&secret.context(), &secret.decrypt(vault)?);
            let update = sql(secret.column.update)
                .bind(secret.account)
                .bind(secret.number)
                .bind(&secret.encrypted.0)
                .bind(reencrypted.0);
            tx.execute(update).await?;
        }
        // The seals of windows are by the old key, which may be forgotten.
        tx.execute(sql(super::sessions::close_windows!(""))).await?;
        tx.commit().await?;
        Ok(secrets.len())
    }
}

/// Returns the ids of the keys that the secrets are encrypted with.
pub(super) async fn encryption_key_ids(tx: &mut SqlTransaction) -> StoreResult<Vec<String>> {
    let mut ids = Vec::new();
    for secret in all_secrets(tx).await? {
        let id = secret.encrypted.key_id().unwrap_or_default().to_owned();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

async fn all_secrets(tx: &mut SqlTransaction) -> StoreResult<Vec<Secret>> {
    let mut secrets = Vec::new();
    for column in SECRET_COLUMNS {
        secrets.extend(tx.fetch_all(sql(column.select), |row| secret(row, column)).await?);
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
