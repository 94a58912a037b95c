//! Routes of the recovery codes: viewing them, replacing them and marking them as saved.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use padlock_contract::second_factor::{PasswordAndCode, RecoveryCodes};
use padlock_contract::{ErrorCode, Problem};
use padlock_domain::second_factor::{Action, FreshCodeProof};
use padlock_domain::{AccountEvent, StepUp};

use crate::app_state::Api;
use crate::auth::errors::step_up_required;
use crate::auth::{SignedIn, password_confirmation};
use crate::http::{ApiError, ClientAddress, Json as Body, Result};
use crate::notifications::record_and_commit;
use crate::ports::{NotFound, Transaction};
use crate::second_factor::consume::ConsumedCode;
use crate::second_factor::errors::Reveal;
use crate::second_factor::recovery_codes::{self, regenerate_action, view_action};
use crate::second_factor::verify::{parse_code, verify_code};

/// Returns the recovery codes, used ones included. It requires the password and a fresh code, even within an authorised
/// window.
#[utoipa::path(post, path = "/account/recovery-codes/view", tag = "Second factor", request_body = PasswordAndCode, responses(
    (status = 200, body = RecoveryCodes),
    (status = 401, description = "`wrong_credentials`, `fresh_code_required`, `wrong_code` or `code_already_used`", body = Problem),
    (status = 409, description = "`not_enrolled`", body = Problem),
    (status = 429, description = "Too many attempts", body = Problem),
))]
pub(crate) async fn view(
    State(api): State<Api>,
    ClientAddress(address): ClientAddress,
    caller: SignedIn,
    Body(form): Body<PasswordAndCode>,
) -> Result<Json<RecoveryCodes>> {
    let action = view_action(&caller.account);
    let (mut tx, proof, consumed) =
        consume_fresh_code(&api, &caller, address, form, action, "to see the recovery codes").await?;
    let codes = recovery_codes::view(&api, tx.as_mut(), &caller.account, proof).await?;
    let events = consumed.recovery_code_event().into_iter().chain([AccountEvent::RecoveryCodesViewed]);
    record_and_commit(&api, tx, &caller.account, &caller.device(), events).await?;
    Ok(Json(codes))
}

/// Replaces the recovery codes. It requires the password and a fresh code, even within an authorised window.
#[utoipa::path(post, path = "/account/recovery-codes", tag = "Second factor", request_body = PasswordAndCode, responses(
    (status = 200, body = RecoveryCodes),
    (status = 401, description = "`wrong_credentials`, `fresh_code_required`, `wrong_code` or `code_already_used`", body = Problem),
    (status = 409, description = "`not_enrolled`", body = Problem),
    (status = 429, description = "Too many attempts", body = Problem),
))]
pub(crate) async fn regenerate(
    State(api): State<Api>,
    ClientAddress(address): ClientAddress,
    caller: SignedIn,
    Body(form): Body<PasswordAndCode>,
) -> Result<Json<RecoveryCodes>> {
    let action = regenerate_action(&caller.account);
    let (mut tx, proof, consumed) =
        consume_fresh_code(&api, &caller, address, form, action, "to make new recovery codes").await?;
    let codes = recovery_codes::regenerate(&api, tx.as_mut(), &caller.account, proof).await?;
    let events = consumed.recovery_code_event().into_iter().chain([AccountEvent::RecoveryCodesRegenerated]);
    record_and_commit(&api, tx, &caller.account, &caller.device(), events).await?;
    Ok(Json(codes))
}

/// Marks the recovery codes as saved, which ends the reminder to save them.
#[utoipa::path(post, path = "/account/recovery-codes/saved", tag = "Second factor", responses(
    (status = 204, description = "Marked"),
    (status = 409, description = "`not_enrolled`", body = Problem),
))]
pub(crate) async fn mark_saved(State(api): State<Api>, caller: SignedIn) -> Result<StatusCode> {
    let mut tx = api.ports.store.write().await?;
    tx.mark_recovery_codes_saved(caller.account.id)
        .await?
        .map_err(|NotFound| ApiError::new(ErrorCode::NotEnrolled, "No second factor is enrolled for this account."))?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Verifies the password, then the code, so that a wrong password records no attempt at the factor, and consumes the code
/// for `action` in a new transaction. `purpose` completes "A fresh code is needed …".
async fn consume_fresh_code(
    api: &Api,
    caller: &SignedIn,
    address: IpAddr,
    form: PasswordAndCode,
    action: Action,
    purpose: &str,
) -> Result<(Box<dyn Transaction>, FreshCodeProof, ConsumedCode)> {
    let input = form.code.as_deref().map(parse_code).transpose()?;
    password_confirmation::confirm(api, caller, address, form.password).await?;
    let input = input.ok_or_else(|| step_up_required(StepUp::FreshCode, purpose))?;
    let verified = verify_code(api, &caller.account, &caller.device(), &input, None, Reveal::UsedCodes).await?;
    let mut tx = api.ports.store.write().await?;
    caller.require_same_password(tx.as_mut(), &api.ports).await?;
    let (proof, consumed) = verified.consume_for(action, tx.as_mut(), api.ports.now()).await?;
    Ok((tx, proof, consumed))
}
