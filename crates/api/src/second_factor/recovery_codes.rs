//! Recovery codes: made, kept sealed, shown again to who has just proved who they are.

use padlock_contract::second_factor as wire;
use padlock_domain::account::Account;
use padlock_domain::operation::Operation;
use padlock_domain::second_factor::{Action, FreshCodeProof, RECOVERY_CODE_COUNT, RecoveryCode};

use super::encryption::{decrypt_recovery_code, encrypt_recovery_code};
use crate::app_state::Api;
use crate::http::problem::{ApiError, Result};
use crate::ports::Ports;
use crate::ports::{RecoveryCodeRecord, Transaction};

/// Puts twelve new codes in the place of an account's, as part of a confirmed enrolment. Gives them as they are written.
pub(crate) async fn first_codes(ports: &Ports, tx: &mut dyn Transaction, account: &Account) -> Result<Vec<String>> {
    let codes = (1..=u32::try_from(RECOVERY_CODE_COUNT).unwrap_or_default()).map(|number| {
        let code = RecoveryCode::new(ports.random());
        let sealed = encrypt_recovery_code(ports.vault.as_ref(), account.id, number, &code);
        (code.expose(), RecoveryCodeRecord { number, code: sealed, used_at: None })
    });
    let (shown, kept): (Vec<_>, Vec<_>) = codes.unzip();
    tx.put_recovery_codes(account.id, &kept).await?;
    Ok(shown)
}

/// The same for whoever has proved that they may: the old ones are dead.
pub(crate) async fn new_codes(
    api: &Api,
    tx: &mut dyn Transaction,
    account: &Account,
    proof: FreshCodeProof,
) -> Result<wire::RecoveryCodes> {
    insist(proof, &regenerating(account))?;
    let codes = first_codes(&api.ports, tx, account).await?;
    let recovery_codes = codes.into_iter().map(|code| wire::RecoveryCode { code, used_at: None }).collect();
    Ok(wire::RecoveryCodes { recovery_codes })
}

/// All of an account's codes, for whoever has proved that they may see them.
pub(crate) async fn read_codes(
    api: &Api,
    tx: &mut dyn Transaction,
    account: &Account,
    proof: FreshCodeProof,
) -> Result<wire::RecoveryCodes> {
    insist(proof, &viewing(account))?;
    let mut recovery_codes = Vec::new();
    for row in tx.recovery_codes(account.id).await? {
        let code = decrypt_recovery_code(api.ports.vault.as_ref(), account.id, row.number, &row.code)?;
        recovery_codes.push(wire::RecoveryCode { code: code.expose(), used_at: row.used_at.map(Into::into) });
    }
    Ok(wire::RecoveryCodes { recovery_codes })
}

/// How many of them were not used yet.
pub(crate) fn count_unused(codes: &[RecoveryCodeRecord]) -> u32 {
    codes.iter().filter(|code| code.used_at.is_none()).count().try_into().unwrap_or(u32::MAX)
}

/// The act of looking at one's codes.
pub(crate) fn viewing(account: &Account) -> Action {
    act(Operation::ViewRecoveryCodes, account)
}

/// The act of making new ones.
pub(crate) fn regenerating(account: &Account) -> Action {
    act(Operation::RegenerateRecoveryCodes, account)
}

fn act(operation: Operation, account: &Account) -> Action {
    Action { operation, target: account.id.to_string(), content: String::new() }
}

fn insist(proof: FreshCodeProof, act: &Action) -> Result<()> {
    if proof.is_for(act) { Ok(()) } else { Err(ApiError::internal(&"a proof for another act")) }
}
