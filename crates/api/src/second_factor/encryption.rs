//! Encryption of seeds, recovery codes and mail codes, each bound to the account that it belongs to.

use padlock_domain::AccountId;
use padlock_domain::second_factor::totp::Seed;
use padlock_domain::second_factor::{Code, RecoveryCode};

use crate::http::Result;
use crate::ports::{DecryptionError, EncryptedSecret, Vault, context};

/// Encrypts an authenticator's seed.
pub(crate) fn encrypt_seed(vault: &dyn Vault, account: AccountId, seed: &Seed) -> EncryptedSecret {
    vault.encrypt(&context::seed(account), seed.expose())
}

/// Decrypts an authenticator's seed.
pub(crate) fn decrypt_seed(vault: &dyn Vault, account: AccountId, encrypted: &EncryptedSecret) -> Result<Seed> {
    let bytes = vault.decrypt(&context::seed(account), encrypted)?;
    Ok(Seed::new(bytes.try_into().map_err(|_| DecryptionError)?))
}

/// Encrypts the recovery code with this number.
pub(super) fn encrypt_recovery_code(
    vault: &dyn Vault,
    account: AccountId,
    number: u32,
    code: &RecoveryCode,
) -> EncryptedSecret {
    vault.encrypt(&context::recovery_code(account, number), code.expose().as_bytes())
}

/// Decrypts the recovery code with this number.
pub(super) fn decrypt_recovery_code(
    vault: &dyn Vault,
    account: AccountId,
    number: u32,
    encrypted: &EncryptedSecret,
) -> Result<RecoveryCode> {
    decrypt_text(vault, &context::recovery_code(account, number), encrypted)
}

/// Encrypts a mail code.
pub(crate) fn encrypt_mail_code(vault: &dyn Vault, account: AccountId, code: &Code) -> EncryptedSecret {
    vault.encrypt(&context::mail_code(account), code.expose().as_bytes())
}

/// Decrypts a mail code.
pub(crate) fn decrypt_mail_code(vault: &dyn Vault, account: AccountId, encrypted: &EncryptedSecret) -> Result<Code> {
    decrypt_text(vault, &context::mail_code(account), encrypted)
}

fn decrypt_text<T: std::str::FromStr>(vault: &dyn Vault, context: &str, encrypted: &EncryptedSecret) -> Result<T> {
    let text = String::from_utf8(vault.decrypt(context, encrypted)?).map_err(|_| DecryptionError)?;
    Ok(text.parse().map_err(|_| DecryptionError)?)
}
