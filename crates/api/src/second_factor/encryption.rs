//! What is sealed, and for whom.

use padlock_domain::ids::AccountId;
use padlock_domain::second_factor::totp::Seed;
use padlock_domain::second_factor::{Code, RecoveryCode};

use crate::http::problem::Result;
use crate::ports::{DecryptionError, EncryptedSecret, Vault, context};

/// Seals a seed.
pub(crate) fn encrypt_seed(vault: &dyn Vault, account: AccountId, seed: &Seed) -> EncryptedSecret {
    vault.encrypt(&context::seed(account), seed.expose())
}

/// Opens it.
pub(crate) fn decrypt_seed(vault: &dyn Vault, account: AccountId, sealed: &EncryptedSecret) -> Result<Seed> {
    let bytes = vault.decrypt(&context::seed(account), sealed)?;
    Ok(Seed::new(bytes.try_into().map_err(|_| DecryptionError)?))
}

/// Seals a recovery code.
pub(super) fn encrypt_recovery_code(
    vault: &dyn Vault,
    account: AccountId,
    number: u32,
    code: &RecoveryCode,
) -> EncryptedSecret {
    vault.encrypt(&context::recovery_code(account, number), code.expose().as_bytes())
}

/// Opens it.
pub(super) fn decrypt_recovery_code(
    vault: &dyn Vault,
    account: AccountId,
    number: u32,
    sealed: &EncryptedSecret,
) -> Result<RecoveryCode> {
    let bytes = vault.decrypt(&context::recovery_code(account, number), sealed)?;
    let text = String::from_utf8(bytes).map_err(|_| DecryptionError)?;
    Ok(text.parse().map_err(|_| DecryptionError)?)
}

/// Seals a code that is mailed.
pub(crate) fn encrypt_mail_code(vault: &dyn Vault, account: AccountId, code: &Code) -> EncryptedSecret {
    vault.encrypt(&context::mail_code(account), code.expose().as_bytes())
}

/// Opens it.
pub(crate) fn decrypt_mail_code(vault: &dyn Vault, account: AccountId, sealed: &EncryptedSecret) -> Result<Code> {
    let bytes = vault.decrypt(&context::mail_code(account), sealed)?;
    let text = String::from_utf8(bytes).map_err(|_| DecryptionError)?;
    Ok(text.parse().map_err(|_| DecryptionError)?)
}
