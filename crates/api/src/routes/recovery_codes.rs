//! Recovery codes: seeing them, making new ones, and saying that they are saved.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use padlock_contract::second_factor::{PasswordAndCode, RecoveryCode, RecoveryCodes};
use padlock_contract::{ErrorCode, Problem};
use padlock_domain::account_entry::AccountEvent;
use padlock_domain::operation::Operation;
use padlock_domain::second_factor::Act;

use super::verify::read_proof;
use crate::error::{ApiError, Result};
use crate::extract::{Caller, ClientAddress, Json as Body};
use crate::passwords;
use crate::ports::Conflict;
use crate::second_factor::{Proven, fresh_codes, look, post, read_codes, record};
use crate::state::Api;

/// My recovery codes, with those that were used. It takes the password and a fresh code, open window or not.
#[utoipa::path(post, path = "/account/recovery-codes/view", tag = "Second factor", request_body = PasswordAndCode, responses(
    (status = 200, body = RecoveryCodes),
    (status = 401, description = "`wrong_credentials`, `wrong_code` or `code_already_used`", body = Problem),
    (status = 409, description = "`not_enrolled`", body = Problem),
    (status = 429, description = "Too many tries", body = Problem),
))]
pub(crate) async fn view(
    State(api): State<Api>,
    ClientAddress(address): ClientAddress,
    caller: Caller,
    Body(form): Body<PasswordAndCode>,
) -> Result<Json<RecoveryCodes>> {
    let proven = prove(&api, &caller, address, form).await?;
    let mut tx = api.ports.store.write().await?;
    let act = act(Operation::ViewRecoveryCodes, &caller);
    let (fresh, spent) = proven.spend_for(act, tx.as_mut(), api.ports.now()).await?;
    let codes = read_codes(&api, tx.as_mut(), &caller.account, fresh).await?;
    let device = caller.device();
    let mut letters = Vec::new();
    for event in spent.told().into_iter().chain([AccountEvent::RecoveryCodesViewed]) {
        letters.push(record(&api, tx.as_mut(), &caller.account, &device, event).await?);
    }
    tx.commit().await?;
    letters.into_iter().for_each(|letter| post(&api, letter));
    Ok(Json(codes))
}

/// Makes new recovery codes; the old ones are dead. It takes the password and a fresh code, open window or not.
#[utoipa::path(post, path = "/account/recovery-codes", tag = "Second factor", request_body = PasswordAndCode, responses(
    (status = 200, body = RecoveryCodes),
    (status = 401, description = "`wrong_credentials`, `wrong_code` or `code_already_used`", body = Problem),
    (status = 409, description = "`not_enrolled`", body = Problem),
    (status = 429, description = "Too many tries", body = Problem),
))]
pub(crate) async fn regenerate(
    State(api): State<Api>,
    ClientAddress(address): ClientAddress,
    caller: Caller,
    Body(form): Body<PasswordAndCode>,
) -> Result<Json<RecoveryCodes>> {
    let proven = prove(&api, &caller, address, form).await?;
    let codes = fresh_codes(&api.ports, &caller.account);
    let mut tx = api.ports.store.write().await?;
    let act = act(Operation::RegenerateRecoveryCodes, &caller);
    let (fresh, _) = proven.spend_for(act.clone(), tx.as_mut(), api.ports.now()).await?;
    if !fresh.is_for(&act) {
        return Err(ApiError::internal(&"a proof for another act"));
    }
    tx.put_recovery_codes(caller.account.id, &codes.rows).await?;
    let event = AccountEvent::RecoveryCodesRegenerated;
    let letter = record(&api, tx.as_mut(), &caller.account, &caller.device(), event).await?;
    tx.commit().await?;
    post(&api, letter);
    let recovery_codes = codes.shown.into_iter().map(|code| RecoveryCode { code, used_at: None }).collect();
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// Notes that my recovery codes are saved, so that nobody reminds me any more.
#[utoipa::path(post, path = "/account/recovery-codes/saved", tag = "Second factor", responses(
    (status = 204, description = "Noted"),
    (status = 409, description = "`not_enrolled`", body = Problem),
))]
pub(crate) async fn saved(State(api): State<Api>, caller: Caller) -> Result<StatusCode> {
    let mut tx = api.ports.store.write().await?;
    if tx.recovery_codes_saved(caller.account.id).await? == Conflict::Lost {
        return Err(ApiError::new(ErrorCode::NotEnrolled, "No second factor is enrolled for this account."));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Password first, then the code: a wrong password costs no try at the factor.
async fn prove(api: &Api, caller: &Caller, address: IpAddr, form: PasswordAndCode) -> Result<Proven> {
    let proof = read_proof(&form.code)?;
    passwords::confirm(api, &caller.account, address, form.password).await?;
    look(api, &caller.account, &caller.device(), &proof, None).await
}

fn act(operation: Operation, caller: &Caller) -> Act {
    Act { operation, target: caller.account.id.to_string(), content: String::new() }
}
