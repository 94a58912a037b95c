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
use crate::notifications::record;
use crate::ports::NotFound;
use crate::second_factor::consume::{ConsumedCode, VerifiedCode};
use crate::second_factor::errors::Reveal;
use crate::second_factor::recovery_codes::{self, regenerate_action, view_action};
use crate::second_factor::verify::{parse_code, verify_code};
use crate::unit_of_work::UnitOfWork;

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
    let verified = verify_fresh_code(&api, &caller, address, form, "to see the recovery codes").await?;
    let (api, caller, verified, action) = (&api, &caller, &verified, &view_action(&caller.account));
    let shown = api.write(|mut tx| async move {
        let (proof, consumed) = consume(api, caller, verified, action, &mut tx).await?;
        let codes = recovery_codes::view(api, &mut *tx, &caller.account, proof).await?;
        record(&mut tx, &caller.account, &caller.device(), AccountEvent::RecoveryCodesViewed).await?;
        Ok::<_, ApiError>(tx.commit((codes, consumed)).await?)
    });
    let (codes, consumed) = shown.await?;
    consumed.log();
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
    let verified = verify_fresh_code(&api, &caller, address, form, "to make new recovery codes").await?;
    let codes = &recovery_codes::generate(&api.ports, &caller.account);
    let (api, caller, verified, action) = (&api, &caller, &verified, &regenerate_action(&caller.account));
    let shown = api.write(|mut tx| async move {
        let (proof, consumed) = consume(api, caller, verified, action, &mut tx).await?;
        let shown = recovery_codes::regenerate(&mut *tx, &caller.account, codes, proof).await?;
        record(&mut tx, &caller.account, &caller.device(), AccountEvent::RecoveryCodesRegenerated).await?;
        Ok::<_, ApiError>(tx.commit((shown, consumed)).await?)
    });
    let (codes, consumed) = shown.await?;
    consumed.log();
    Ok(Json(codes))
}

/// Marks the recovery codes as saved, which ends the reminder to save them.
#[utoipa::path(post, path = "/account/recovery-codes/saved", tag = "Second factor", responses(
    (status = 204, description = "Marked"),
    (status = 409, description = "`not_enrolled`", body = Problem),
))]
pub(crate) async fn mark_saved(State(api): State<Api>, caller: SignedIn) -> Result<StatusCode> {
    let account = caller.account.id;
    let not_enrolled = || ApiError::new(ErrorCode::NotEnrolled, "No second factor is enrolled for this account.");
    api.write(|mut tx| async move {
        tx.mark_recovery_codes_saved(account).await?.map_err(|NotFound| not_enrolled())?;
        Ok(tx.commit(StatusCode::NO_CONTENT).await?)
    })
    .await
}

/// Verifies the password, then the code, so that a wrong password records no attempt at the factor. `purpose` completes "A
/// fresh code is needed …".
async fn verify_fresh_code(
    api: &Api,
    caller: &SignedIn,
    address: IpAddr,
    form: PasswordAndCode,
    purpose: &str,
) -> Result<VerifiedCode> {
    let input = form.code.as_deref().map(parse_code).transpose()?;
    password_confirmation::confirm(api, caller, address, form.password).await?;
    let input = input.ok_or_else(|| step_up_required(StepUp::FreshCode, purpose))?;
    verify_code(api, &caller.account, &caller.device(), &input, None, Reveal::UsedCodes).await
}

/// Consumes a verified code for `action`, and returns the proof for it.
async fn consume(
    api: &Api,
    caller: &SignedIn,
    verified: &VerifiedCode,
    action: &Action,
    tx: &mut UnitOfWork,
) -> Result<(FreshCodeProof, ConsumedCode)> {
    caller.require_same_password(&mut **tx, &api.ports).await?;
    let (proof, consumed) = verified.consume_for(action, tx).await?;
    if let Some(event) = consumed.recovery_code_event() {
        record(tx, &caller.account, &caller.device(), event).await?;
    }
    Ok((proof, consumed))
}
