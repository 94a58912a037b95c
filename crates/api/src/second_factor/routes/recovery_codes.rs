//! Routes of the recovery codes: viewing them, replacing them and marking them as saved.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use padlock_contract::Problem;
use padlock_contract::second_factor::{PasswordAndCode, RecoveryCodes};
use padlock_domain::{AccountEvent, Operation};

use crate::app_state::Api;
use crate::auth::{AccountAccess, SignedIn, password_confirmation};
use crate::http::{ClientAddress, Json as Body, Result};
use crate::notifications::record;
use crate::ports::NotFound;
use crate::refusals::second_factor::not_enrolled;
use crate::second_factor::fresh_code::{ConfirmedRequest, FreshCode};
use crate::second_factor::recovery_codes;
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
    code: FreshCode,
    Body(form): Body<PasswordAndCode>,
) -> Result<Json<RecoveryCodes>> {
    let purpose = "to see the recovery codes";
    let (api, caller) = (&api, &caller);
    let code = code.or_in_body(form.code.as_deref())?;
    let password = &password_confirmation::confirm(api, caller, address, form.password).await?;
    let request = ConfirmedRequest { api, caller, password, operation: Operation::ViewRecoveryCodes, purpose };
    let unit = |mut tx: UnitOfWork, grant, _| async move {
        let codes = recovery_codes::view(api, &mut *tx, &caller.account, grant).await?;
        record(&mut tx, &caller.account, &caller.device(), AccountEvent::RecoveryCodesViewed).await?;
        Ok(tx.commit(Json(codes)).await?)
    };
    request.perform(code, unit).await
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
    code: FreshCode,
    Body(form): Body<PasswordAndCode>,
) -> Result<Json<RecoveryCodes>> {
    let purpose = "to make new recovery codes";
    let codes = &recovery_codes::generate(&api.ports, &caller.account);
    let (api, caller) = (&api, &caller);
    let code = code.or_in_body(form.code.as_deref())?;
    let password = &password_confirmation::confirm(api, caller, address, form.password).await?;
    let request = ConfirmedRequest { api, caller, password, operation: Operation::RegenerateRecoveryCodes, purpose };
    let unit = |mut tx: UnitOfWork, grant, _| async move {
        let shown = recovery_codes::regenerate(&mut *tx, &caller.account, codes, grant).await?;
        record(&mut tx, &caller.account, &caller.device(), AccountEvent::RecoveryCodesRegenerated).await?;
        Ok(tx.commit(Json(shown)).await?)
    };
    request.perform(code, unit).await
}

/// Marks the recovery codes as saved, which ends the reminder to save them.
#[utoipa::path(post, path = "/account/recovery-codes/saved", tag = "Second factor", responses(
    (status = 204, description = "Marked"),
    (status = 409, description = "`not_enrolled`", body = Problem),
))]
pub(crate) async fn mark_saved(State(api): State<Api>, caller: SignedIn) -> Result<StatusCode> {
    let (ports, caller) = (&api.ports, &caller);
    api.write(|mut tx| async move {
        let (access, _) =
            AccountAccess::require_locked(&mut tx, caller, ports, Operation::MarkRecoveryCodesSaved).await?;
        tx.mark_recovery_codes_saved(access.account.id).await?.map_err(|NotFound| not_enrolled())?;
        Ok(tx.commit(StatusCode::NO_CONTENT).await?)
    })
    .await
}
