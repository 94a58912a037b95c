//! Recovery codes: generating, storing encrypted, and reading them back after a fresh proof of the second factor.

use padlock_contract::second_factor as contract;
use padlock_domain::second_factor::{Action, FreshCodeProof, RECOVERY_CODE_COUNT, RecoveryCode};
use padlock_domain::{Account, Operation};

use super::encryption::{decrypt_recovery_code, encrypt_recovery_code};
use crate::app_state::Api;
use crate::http::{ApiError, Result};
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

/// Replaces an account's recovery codes by `codes`, which the proof must be for.
#[tracing::instrument(skip_all)]
pub(crate) async fn regenerate(
    tx: &mut dyn Transaction,
    account: &Account,
    codes: &NewRecoveryCodes,
    proof: FreshCodeProof,
) -> Result<contract::RecoveryCodes> {
    require_proof_for(proof, &regenerate_action(account))?;
    tx.put_recovery_codes(account.id, &codes.records).await?;
    let shown = |code: &String| contract::RecoveryCode { code: code.clone(), used_at: None };
    Ok(contract::RecoveryCodes { recovery_codes: codes.plain.iter().map(shown).collect() })
}

/// Returns all of an account's recovery codes, used ones included, which the proof must be for.
#[tracing::instrument(skip_all)]
pub(crate) async fn view(
    api: &Api,
    tx: &mut dyn ReadTransaction,
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
