//! Recovery codes: generating, storing encrypted, and reading them back after a fresh proof of the second factor.

use padlock_contract::second_factor as contract;
use padlock_domain::second_factor::{Action, FreshCodeProof, RECOVERY_CODE_COUNT, RecoveryCode};
use padlock_domain::{Account, Operation};

use super::encryption::{decrypt_recovery_code, encrypt_recovery_code};
use crate::app_state::Api;
use crate::http::{ApiError, Result};
use crate::ports::{Ports, RecoveryCodeRecord, Transaction};

/// Replaces an account's recovery codes by [`RECOVERY_CODE_COUNT`] new ones and returns them in plain text.
pub(crate) async fn replace_codes(ports: &Ports, tx: &mut dyn Transaction, account: &Account) -> Result<Vec<String>> {
    let codes = (1..=u32::try_from(RECOVERY_CODE_COUNT).unwrap_or_default()).map(|number| {
        let code = RecoveryCode::new(ports.random());
        let encrypted = encrypt_recovery_code(ports.vault.as_ref(), account.id, number, &code);
        (code.expose(), RecoveryCodeRecord { number, code: encrypted, used_at: None })
    });
    let (plain, records): (Vec<_>, Vec<_>) = codes.unzip();
    tx.put_recovery_codes(account.id, &records).await?;
    Ok(plain)
}

/// Replaces an account's recovery codes, which the proof must be for.
#[tracing::instrument(skip_all)]
pub(crate) async fn regenerate(
    api: &Api,
    tx: &mut dyn Transaction,
    account: &Account,
    proof: FreshCodeProof,
) -> Result<contract::RecoveryCodes> {
    require_proof_for(proof, &regenerate_action(account))?;
    let codes = replace_codes(&api.ports, tx, account).await?;
    let recovery_codes = codes.into_iter().map(|code| contract::RecoveryCode { code, used_at: None }).collect();
    Ok(contract::RecoveryCodes { recovery_codes })
}

/// Returns all of an account's recovery codes, used ones included, which the proof must be for.
#[tracing::instrument(skip_all)]
pub(crate) async fn view(
    api: &Api,
    tx: &mut dyn Transaction,
    account: &Account,
    proof: FreshCodeProof,
) -> Result<contract::RecoveryCodes> {
    require_proof_for(proof, &view_action(account))?;
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

/// Returns the action that a fresh code is consumed for before the recovery codes are shown.
pub(crate) fn view_action(account: &Account) -> Action {
    action(Operation::ViewRecoveryCodes, account)
}

/// Returns the action that a fresh code is consumed for before the recovery codes are replaced.
pub(crate) fn regenerate_action(account: &Account) -> Action {
    action(Operation::RegenerateRecoveryCodes, account)
}

fn action(operation: Operation, account: &Account) -> Action {
    Action { operation, target: account.id.to_string(), content: String::new() }
}

fn require_proof_for(proof: FreshCodeProof, action: &Action) -> Result<()> {
    if proof.is_for(action) { Ok(()) } else { Err(ApiError::internal(&"a proof for another action")) }
}
