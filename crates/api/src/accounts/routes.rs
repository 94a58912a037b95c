//! The caller's own account: `GET /account` and `DELETE /account/notices/{id}`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use padlock_contract::Problem;
use padlock_contract::second_factor::{AccountDetails, SecondFactor};
use padlock_domain::{Account, Operation};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;
use crate::auth::{AccountAccess, SignedIn, authorised};
use crate::http::{ApiError, Path, Result};
use crate::notifications::notice;
use crate::ports::{NotFound, SecondFactorRecord};
use crate::second_factor::find_pending;
use crate::second_factor::recovery_codes::count_unused;

/// The maximum number of notices in a response.
const MAX_NOTICES: u32 = 10;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(authorised(&[Operation::ViewAccount], routes!(show)))
        .routes(authorised(&[Operation::DismissNotice], routes!(dismiss)))
}

/// Returns the caller's account with its second factor, the number of recovery codes left, and its notices.
#[utoipa::path(get, path = "/account", tag = "Account", responses((status = 200, body = AccountDetails)))]
pub(crate) async fn show(State(api): State<Api>, caller: SignedIn) -> Result<Json<AccountDetails>> {
    let now = api.ports.now();
    let mut tx = api.ports.store.read().await?;
    let (access, credential) = AccountAccess::load(tx.as_mut(), &caller, &api.ports).await?;
    access.require(tx.as_mut(), Operation::ViewAccount, now).await?;
    let Account { id, login, name, .. } = access.account;
    let factor = tx.second_factor(id).await?;
    let codes = tx.recovery_codes(id).await?;
    let notices = tx.notices(id, MAX_NOTICES).await?;
    let pending_enrolment = find_pending(tx.as_mut(), &credential.session, now).await?.is_some();
    Ok(Json(AccountDetails {
        id: id.to_string(),
        login: login.to_string(),
        name,
        recovery_codes_left: count_unused(&codes),
        recovery_codes_saved: factor.as_ref().is_none_or(|factor| factor.recovery_codes_saved),
        second_factor: factor.map(|factor| second_factor_response(&factor)),
        first_binding: api.config.first_binding,
        pending_enrolment,
        notices: notices.iter().map(notice).collect(),
    }))
}

fn second_factor_response(factor: &SecondFactorRecord) -> SecondFactor {
    SecondFactor {
        method: factor.kind().into(),
        required_at_sign_in: factor.required_at_sign_in,
        masked_phone: None,
        enrolled_at: factor.enrolled_at.into(),
        blocked: factor.attempts.is_blocked(),
    }
}

/// Dismisses a notice.
#[utoipa::path(delete, path = "/account/notices/{id}", tag = "Account", params(("id" = String, Path)), responses(
    (status = 204, description = "Dismissed"),
    (status = 404, description = "Unknown, dismissed already, or not mine", body = Problem),
))]
pub(crate) async fn dismiss(State(api): State<Api>, caller: SignedIn, Path(id): Path<String>) -> Result<StatusCode> {
    let missing = || ApiError::not_found("notice");
    let id = id.parse().map_err(|_| missing())?;
    let (caller, ports) = (&caller, &api.ports);
    api.write(|mut tx| async move {
        let (access, _) = AccountAccess::require_locked(&mut tx, caller, ports, Operation::DismissNotice).await?;
        let account = access.account.id;
        tx.dismiss_notice(account, id).await?.map_err(|NotFound| missing())?;
        Ok(tx.commit(StatusCode::NO_CONTENT).await?)
    })
    .await
}
