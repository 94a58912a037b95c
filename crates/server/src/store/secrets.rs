//! Every sealed secret of an installation: looked at, and sealed anew with another key.

use padlock_api::ports::{EncryptedSecret, StoreError, Vault, context};
use padlock_domain::ids::AccountId;
use sqlx::{SqliteConnection, SqlitePool};

use super::SqliteStore;
use super::error::store_error;
use super::row::{Columns, Row};

/// Where secrets lie: a statement that lists them, one that exchanges one of them, and what they are sealed for.
struct Place {
    list: &'static str,
    exchange: &'static str,
    context: fn(AccountId, u32) -> String,
}

const PLACES: &[Place] = &[
    Place {
        list: "SELECT account, 0 AS number, seed AS sealed FROM second_factors",
        exchange: "UPDATE second_factors SET seed = $4 WHERE account = $1 AND $2 = 0 AND seed = $3",
        context: |account, _| context::seed(account),
    },
    Place {
        list: "SELECT account, 0 AS number, seed AS sealed FROM enrolments",
        exchange: "UPDATE enrolments SET seed = $4 WHERE account = $1 AND $2 = 0 AND seed = $3",
        context: |account, _| context::seed(account),
    },
    Place {
        list: "SELECT account, number, code AS sealed FROM recovery_codes",
        exchange: "UPDATE recovery_codes SET code = $4 WHERE account = $1 AND number = $2 AND code = $3",
        context: context::recovery_code,
    },
    Place {
        list: "SELECT account, 0 AS number, code AS sealed FROM mail_codes",
        exchange: "UPDATE mail_codes SET code = $4 WHERE account = $1 AND $2 = 0 AND code = $3",
        context: |account, _| context::mail_code(account),
    },
];

/// Why secrets were not sealed anew. None was.
#[derive(Debug, thiserror::Error)]
pub enum ReencryptionError {
    /// The store did not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// One does not open.
    #[error("a secret of the account {0} cannot be opened with the keys in the key file")]
    DecryptionError(AccountId),
}

struct Secret {
    account: AccountId,
    number: u32,
    context: String,
    sealed: EncryptedSecret,
}

impl SqliteStore {
    /// The ids of the keys that secrets in it were sealed with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn encryption_key_ids(&self) -> Result<Vec<String>, StoreError> {
        let mut connection = acquire(&self.readers).await?;
        let mut ids = Vec::new();
        for secret in all(&mut connection).await? {
            // A sealed secret is `v1.`, the eight characters of its key's id, and the rest.
            let id = secret.1.sealed.0.split('.').nth(1).unwrap_or_default().to_owned();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// Opens every secret, and says how many there are.
    ///
    /// # Errors
    /// [`ReencryptionError`].
    pub async fn verify_secrets(&self, vault: &dyn Vault) -> Result<usize, ReencryptionError> {
        let secrets = all(&mut *acquire(&self.readers).await?).await?;
        for (_, secret) in &secrets {
            open(vault, secret)?;
        }
        Ok(secrets.len())
    }

    /// Seals every secret anew with the vault's newest key, all of them in one transaction, and says how many.
    ///
    /// # Errors
    /// [`ReencryptionError`].
    pub async fn reencrypt(&self, vault: &dyn Vault) -> Result<usize, ReencryptionError> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(store_error)?;
        let secrets = all(&mut transaction).await?;
        for (place, secret) in &secrets {
            let anew = vault.encrypt(&secret.context, &open(vault, secret)?);
            sqlx::query(place.exchange)
                .bind(secret.account.to_string())
                .bind(i64::from(secret.number))
                .bind(&secret.sealed.0)
                .bind(anew.0)
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
        }
        transaction.commit().await.map_err(store_error)?;
        Ok(secrets.len())
    }
}

fn open(vault: &dyn Vault, secret: &Secret) -> Result<Vec<u8>, ReencryptionError> {
    vault.decrypt(&secret.context, &secret.sealed).map_err(|_| ReencryptionError::DecryptionError(secret.account))
}

async fn acquire(pool: &SqlitePool) -> Result<sqlx::pool::PoolConnection<sqlx::Sqlite>, StoreError> {
    pool.acquire().await.map_err(store_error)
}

async fn all(connection: &mut SqliteConnection) -> Result<Vec<(&'static Place, Secret)>, StoreError> {
    let mut secrets = Vec::new();
    for place in PLACES {
        let rows = sqlx::query(place.list).fetch_all(&mut *connection).await.map_err(store_error)?;
        for row in &rows {
            secrets.push((place, secret(row, place)?));
        }
    }
    Ok(secrets)
}

fn secret(row: &Row, place: &Place) -> Result<Secret, StoreError> {
    let (account, number) = (row.parsed("account")?, row.unsigned("number")?);
    Ok(Secret {
        account,
        number,
        context: (place.context)(account, number),
        sealed: EncryptedSecret(row.text("sealed")?),
    })
}
