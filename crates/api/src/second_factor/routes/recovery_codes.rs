//! Recovery codes: seeing them, making new ones, and saying that they are saved.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use padlock_contract::second_factor::{PasswordAndCode, RecoveryCodes};
use padlock_contract::{ErrorCode, Problem};
use padlock_domain::access::StepUp;
use padlock_domain::account_entry::AccountEvent;

use super::verify::parse_code;
use crate::app_state::Api;
use crate::auth::errors::step_up_required;
use crate::auth::password_confirmation;
use crate::auth::signed_in::SignedIn;
use crate::http::client_address::ClientAddress;
use crate::http::json::Json as Body;
use crate::http::problem::{ApiError, Result};
use crate::notifications::record;
use crate::notifications::send;
use crate::ports::{NotFound, Transaction};
use crate::second_factor::consume::VerifiedCode;
use crate::second_factor::recovery_codes::new_codes;
use crate::second_factor::recovery_codes::read_codes;
use crate::second_factor::recovery_codes::regenerating;
use crate::second_factor::recovery_codes::viewing;
use crate::second_factor::verify::verify_code;

/// My recovery codes, with those that were used. It takes the password and a fresh code, open window or not.
#[utoipa::path(post, path = "/account/recovery-codes/view", tag = "Second factor", request_body = PasswordAndCode, responses(
    (status = 200, body = RecoveryCodes),
    (status = 401, description = "`wrong_credentials`, `fresh_code_required`, `wrong_code` or `code_already_used`", body = Problem),
    (status = 409, description = "`not_enrolled`", body = Problem),
    (status = 429, description = "Too many tries", body = Problem),
))]
pub(crate) async fn view(
    State(api): State<Api>,
    ClientAddress(address): ClientAddress,
    caller: SignedIn,
    Body(form): Body<PasswordAndCode>,
) -> Result<Json<RecoveryCodes>> {
    let verified = prove(&api, &caller, address, form, "to see the recovery codes").await?;
    let mut tx = api.ports.store.write().await?;
    caller.still_confirmed(tx.as_mut(), api.ports.now()).await?;
    let (proof, consumed) = verified.consume_for(viewing(&caller.account), tx.as_mut(), api.ports.now()).await?;
    let codes = read_codes(&api, tx.as_mut(), &caller.account, proof).await?;
    told(&api, &caller, tx, consumed.recovery_code_event().into_iter().chain([AccountEvent::RecoveryCodesViewed]))
        .await?;
    Ok(Json(codes))
}

/// Makes new recovery codes; the old ones are dead. It takes the password and a fresh code, open window or not.
#[utoipa::path(post, path = "/account/recovery-codes", tag = "Second factor", request_body = PasswordAndCode, responses(
    (status = 200, body = RecoveryCodes),
    (status = 401, description = "`wrong_credentials`, `fresh_code_required`, `wrong_code` or `code_already_used`", body = Problem),
    (status = 409, description = "`not_enrolled`", body = Problem),
    (status = 429, description = "Too many tries", body = Problem),
))]
pub(crate) async fn regenerate(
    State(api): State<Api>,
    ClientAddress(address): ClientAddress,
    caller: SignedIn,
    Body(form): Body<PasswordAndCode>,
) -> Result<Json<RecoveryCodes>> {
    let verified = prove(&api, &caller, address, form, "to make new recovery codes").await?;
    let mut tx = api.ports.store.write().await?;
    caller.still_confirmed(tx.as_mut(), api.ports.now()).await?;
    let (proof, consumed) = verified.consume_for(regenerating(&caller.account), tx.as_mut(), api.ports.now()).await?;
    let codes = new_codes(&api, tx.as_mut(), &caller.account, proof).await?;
    told(&api, &caller, tx, consumed.recovery_code_event().into_iter().chain([AccountEvent::RecoveryCodesRegenerated]))
        .await?;
    Ok(Json(codes))
}

/// Records what happened, commits it all, and posts the letters about it.
async fn told(
    api: &Api,
    caller: &SignedIn,
    mut tx: Box<dyn Transaction>,
    events: impl Iterator<Item = AccountEvent> + Send,
) -> Result<()> {
    let mut letters = Vec::new();
    for event in events {
        letters.push(record(api, tx.as_mut(), &caller.account, &caller.device(), event).await?);
    }
    tx.commit().await?;
    letters.into_iter().for_each(|email| send(api, email));
    Ok(())
}

/// Notes that my recovery codes are saved, so that nobody reminds me any more.
#[utoipa::path(post, path = "/account/recovery-codes/saved", tag = "Second factor", responses(
    (status = 204, description = "Noted"),
    (status = 409, description = "`not_enrolled`", body = Problem),
))]
pub(crate) async fn saved(State(api): State<Api>, caller: SignedIn) -> Result<StatusCode> {
    let mut tx = api.ports.store.write().await?;
    tx.mark_recovery_codes_saved(caller.account.id)
        .await?
        .map_err(|NotFound| ApiError::new(ErrorCode::NotEnrolled, "No second factor is enrolled for this account."))?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Password first, then the code: a wrong password costs no try at the factor. `act` completes "A fresh code is needed …".
async fn prove(
    api: &Api,
    caller: &SignedIn,
    address: IpAddr,
    form: PasswordAndCode,
    act: &str,
) -> Result<VerifiedCode> {
    let input = form.code.as_deref().map(parse_code).transpose()?;
    password_confirmation::confirm(api, &caller.account, address, form.password).await?;
    let input = input.ok_or_else(|| step_up_required(StepUp::FreshCode, act))?;
    verify_code(api, &caller.account, &caller.device(), &input, None).await
}
