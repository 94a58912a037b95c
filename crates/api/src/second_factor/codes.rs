//! Recovery codes: made, kept sealed, shown again to who has just proved who they are.

use padlock_contract::second_factor as wire;
use padlock_domain::account::Account;
use padlock_domain::operation::Operation;
use padlock_domain::second_factor::{Act, FreshProof, RECOVERY_CODES, RecoveryCode};

use super::seals::{open_recovery_code, seal_recovery_code};
use crate::error::{ApiError, Result};
use crate::ports::{RecoveryRow, Transaction};
use crate::state::{Api, Ports};

/// New codes: to be shown, and to be kept.
pub(crate) struct FreshCodes {
    /// As they are written.
    pub(crate) shown: Vec<String>,
    /// As they are kept.
    pub(crate) rows: Vec<RecoveryRow>,
}

/// Twelve new codes for an account.
pub(crate) fn fresh_codes(ports: &Ports, account: &Account) -> FreshCodes {
    let codes = (1..=u32::try_from(RECOVERY_CODES).unwrap_or_default())
        .map(|number| {
            let code = RecoveryCode::new(ports.random());
            let sealed = seal_recovery_code(ports.vault.as_ref(), account.id, number, &code);
            (code.expose(), RecoveryRow { number, code: sealed, used_at: None })
        })
        .collect::<Vec<_>>();
    let (shown, rows) = codes.into_iter().unzip();
    FreshCodes { shown, rows }
}

/// All of an account's codes, for whoever has proved that they may see them.
pub(crate) async fn read_codes(
    api: &Api,
    tx: &mut dyn Transaction,
    account: &Account,
    proof: FreshProof,
) -> Result<wire::RecoveryCodes> {
    if !proof.is_for(&viewing(account)) {
        return Err(ApiError::internal(&"a proof for another act"));
    }
    let mut recovery_codes = Vec::new();
    for row in tx.recovery_codes(account.id).await? {
        let code = open_recovery_code(api.ports.vault.as_ref(), account.id, row.number, &row.code)?;
        recovery_codes.push(wire::RecoveryCode { code: code.expose(), used_at: row.used_at.map(Into::into) });
    }
    Ok(wire::RecoveryCodes { recovery_codes })
}

/// The act of looking at one's codes.
pub(crate) fn viewing(account: &Account) -> Act {
    Act { operation: Operation::ViewRecoveryCodes, target: account.id.to_string(), content: String::new() }
}
