//! Recovery codes: generating, storing encrypted, and reading them back.

use padlock_contract::second_factor as contract;
use padlock_domain::second_factor::{RECOVERY_CODE_COUNT, RecoveryCode};
use padlock_domain::{Account, Grant, Operation};

use super::encryption::{decrypt_recovery_code, encrypt_recovery_code};
use crate::app_state::Api;
use crate::http::Result;
use crate::ports::{Ports, ReadTransaction, RecoveryCodeRecord, Transaction};

/// New recovery codes, in plain text and encrypted.
pub(crate) struct NewRecoveryCodes {
    pub(crate) plain: Vec<String>,
    pub(crate) records: Vec<RecoveryCodeRecord>,
}

/// Creates [`RECOVERY_CODE_COUNT`] recovery codes for an account.
pub(crate) fn generate(ports: &Ports, account: &Account) -> NewRecoveryCodes {
    let codes = (1..=u32::try_from(RECOVERY_CODE_COUNT).unwrap_or_default()).map(|number| {
        let code = RecoveryCode::new(ports.random());
        let encrypted = encrypt_recovery_code(ports.vault.as_ref(), account.id, number, &code);
        (code.expose(), RecoveryCodeRecord { number, code: encrypted, used_at: None })
    });
    let (plain, records) = codes.unzip();
    NewRecoveryCodes { plain, records }
}

/// Replaces an account's recovery codes by `codes`, which the grant is for.
#[tracing::instrument(skip_all)]
pub(crate) async fn regenerate(
    tx: &mut dyn Transaction,
    account: &Account,
    codes: &NewRecoveryCodes,
    grant: Grant,
) -> Result<contract::RecoveryCodes> {
    grant.consume(Operation::RegenerateRecoveryCodes, account.id)?;
    tx.put_recovery_codes(account.id, &codes.records).await?;
    let shown = |code: &String| contract::RecoveryCode { code: code.clone(), used_at: None };
    Ok(contract::RecoveryCodes { recovery_codes: codes.plain.iter().map(shown).collect() })
}

/// Returns all of an account's recovery codes, used ones included, which the grant is for.
#[tracing::instrument(skip_all)]
pub(crate) async fn view(
    api: &Api,
    tx: &mut dyn ReadTransaction,
    account: &Account,
    grant: Grant,
) -> Result<contract::RecoveryCodes> {
    grant.consume(Operation::ViewRecoveryCodes, account.id)?;
    let mut recovery_codes = Vec::new();
    for record in tx.recovery_codes(account.id).await? {
        let code = decrypt_recovery_code(api.ports.vault.as_ref(), account.id, record.number, &record.code)?;
        recovery_codes.push(contract::RecoveryCode { code: code.expose(), used_at: record.used_at.map(Into::into) });
    }
    Ok(contract::RecoveryCodes { recovery_codes })
}

/// Returns how many of the codes have not been used.
pub(crate) fn count_unused(codes: &[RecoveryCodeRecord]) -> u32 {
    codes.iter().filter(|code| code.used_at.is_none()).count().try_into().unwrap_or(u32::MAX)
}
