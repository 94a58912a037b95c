//! What is sealed, and for whom.

use padlock_domain::ids::AccountId;
use padlock_domain::second_factor::{Code, RecoveryCode};
use padlock_domain::totp::Seed;

use crate::error::Result;
use crate::ports::{CannotOpen, Sealed, Vault, context};

/// Seals a seed.
pub(crate) fn seal_seed(vault: &dyn Vault, account: AccountId, seed: &Seed) -> Sealed {
    vault.seal(&context::seed(account), seed.expose())
}

/// Opens it.
pub(crate) fn open_seed(vault: &dyn Vault, account: AccountId, sealed: &Sealed) -> Result<Seed> {
    let bytes = vault.open(&context::seed(account), sealed)?;
    Ok(Seed::new(bytes.try_into().map_err(|_| CannotOpen)?))
}

/// Seals a recovery code.
pub(super) fn seal_recovery_code(vault: &dyn Vault, account: AccountId, number: u32, code: &RecoveryCode) -> Sealed {
    vault.seal(&context::recovery_code(account, number), code.expose().as_bytes())
}

/// Opens it.
pub(super) fn open_recovery_code(
    vault: &dyn Vault,
    account: AccountId,
    number: u32,
    sealed: &Sealed,
) -> Result<RecoveryCode> {
    let bytes = vault.open(&context::recovery_code(account, number), sealed)?;
    let text = String::from_utf8(bytes).map_err(|_| CannotOpen)?;
    Ok(text.parse().map_err(|_| CannotOpen)?)
}

/// Seals a code that is mailed.
pub(crate) fn seal_mailed_code(vault: &dyn Vault, account: AccountId, code: &Code) -> Sealed {
    vault.seal(&context::mailed_code(account), code.expose().as_bytes())
}

/// Opens it.
pub(crate) fn open_mailed_code(vault: &dyn Vault, account: AccountId, sealed: &Sealed) -> Result<Code> {
    let bytes = vault.open(&context::mailed_code(account), sealed)?;
    let text = String::from_utf8(bytes).map_err(|_| CannotOpen)?;
    Ok(text.parse().map_err(|_| CannotOpen)?)
}
