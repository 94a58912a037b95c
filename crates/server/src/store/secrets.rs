//! The encrypted secrets in the database: verifies them, and encrypts them with another key.

use padlock_api::ports::{Attempt, EncryptedSecret, StoreError, StoreResult, Vault, context};
use padlock_domain::AccountId;

use super::SqlStore;
use super::query::sql;
use super::row::{Columns, Row};
use super::transaction::SqlTransaction;

/// A column that contains secrets.
struct SecretColumn {
    /// Its table and its name, by which a test knows that no column is missing.
    #[cfg_attr(not(test), expect(dead_code))]
    name: &'static str,
    select: &'static str,
    /// Parameters: account, number, old secret, new secret.
    update: &'static str,
    /// The associated data of the encryption.
    context: fn(AccountId, u32) -> String,
}

const SECRET_COLUMNS: &[SecretColumn] = &[
    SecretColumn {
        name: "authenticators.seed",
        select: "SELECT account, 0 AS number, seed AS secret FROM authenticators JOIN second_factors ON id = factor",
        update: "UPDATE authenticators SET seed = $4
             WHERE factor = (SELECT id FROM second_factors WHERE account = $1) AND $2 = 0 AND seed = $3",
        context: |account, _| context::seed(account),
    },
    SecretColumn {
        name: "authenticator_enrolments.seed",
        select: "SELECT account, 0 AS number, seed AS secret
             FROM authenticator_enrolments JOIN enrolments ON id = enrolment",
        update: "UPDATE authenticator_enrolments SET seed = $4
             WHERE enrolment = (SELECT id FROM enrolments WHERE account = $1) AND $2 = 0 AND seed = $3",
        context: |account, _| context::seed(account),
    },
    SecretColumn {
        name: "recovery_codes.code",
        select: "SELECT account, number, code AS secret FROM recovery_codes",
        update: "UPDATE recovery_codes SET code = $4 WHERE account = $1 AND number = $2 AND code = $3",
        context: context::recovery_code,
    },
    SecretColumn {
        name: "mail_codes.code",
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::store::{ColumnType, DatabaseUrl, TABLES};

    /// The text columns that contain no encrypted secret, by table. A new column belongs here or to [`SECRET_COLUMNS`]: `key rotate --forget-old`
    /// would lose a secret that is in neither.
    const PLAIN_COLUMNS: &[(&str, &str)] = &[
        ("account_entries", "account device event id"),
        ("accounts", "id login name password"),
        ("activities", "account app environment event id kind"),
        ("activity_sequences", "app"),
        ("apps", "id name promotion slug technical_contact"),
        ("authenticator_enrolments", "enrolment"),
        ("authenticators", "factor"),
        (
            "deployments",
            "app environment failure file_name id package replaces_file_name replaces_package replaces_runtime_version replaces_version requested_by runtime_version stages transported_from version",
        ),
        ("enrolments", "account id kind replaces session"),
        ("environments", "active_deployment app id name package release slug state"),
        ("jobs", "id kind last_error leased_by payload"),
        ("mail_codes", "account"),
        ("member_permissions", "account app environment"),
        ("memberships", "account app"),
        ("mfa_challenges", "account id kind secret user_agent"),
        ("package_deployments", "environment package"),
        ("packages", "app description file_name id manifest project_name runtime_version sha256 uploaded_by version"),
        ("recovery_codes", "account"),
        ("second_factors", "account id kind"),
        ("sessions", "account id kind secret user_agent"),
        ("wrong_passwords", "account"),
    ];

    /// Columns with seals, which a rotation removes.
    const SEALS: &[&str] = &["sessions.window_seal"];

    #[tokio::test]
    async fn every_text_column_is_known_as_a_secret_or_as_plain() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqlStore::open(&DatabaseUrl::Sqlite(folder.path().join("padlock.db"))).await.unwrap();
        let mut export = store.export().await.unwrap();
        let mut columns = BTreeSet::new();
        for table in TABLES {
            let text = export.columns_of(table.name).await.unwrap().into_iter();
            let text = text.filter(|column| column.column_type == ColumnType::Text);
            columns.extend(text.map(|column| format!("{}.{}", table.name, column.name)));
        }
        let of_table =
            |(table, names): &(&str, &str)| names.split(' ').map(|name| format!("{table}.{name}")).collect::<Vec<_>>();
        let secret = SECRET_COLUMNS.iter().map(|column| column.name).chain(SEALS.iter().copied()).map(str::to_owned);
        let known: Vec<_> = PLAIN_COLUMNS.iter().flat_map(of_table).chain(secret).collect();
        assert_eq!(columns, known.iter().cloned().collect());
        assert_eq!(columns.len(), known.len(), "each column is in one of the lists");
    }
}
