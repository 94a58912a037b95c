//! `GET /account`, and the notices of one's own account.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use padlock_contract::Problem;
use padlock_contract::second_factor::{AccountDetails, SecondFactor};
use padlock_contract::session::Method;

use crate::app_state::Api;
use crate::auth::signed_in::SignedIn;
use crate::http::problem::{ApiError, Result};
use crate::notifications::notice;
use crate::ports::{NotFound, SecondFactorRecord};
use crate::second_factor::recovery_codes::count_unused;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(dismiss))
}

/// Notices that are shown at once.
const NOTICES: u32 = 10;

/// My account: its second factor, its recovery codes in number, and what its owner has to be told.
#[utoipa::path(get, path = "/account", tag = "Account", responses((status = 200, body = AccountDetails)))]
pub(crate) async fn show(State(api): State<Api>, caller: SignedIn) -> Result<Json<AccountDetails>> {
    let id = caller.account.id;
    let mut tx = api.ports.store.read().await?;
    let factor = tx.second_factor(id).await?;
    let codes = tx.recovery_codes(id).await?;
    let notices = tx.notices(id, NOTICES).await?;
    Ok(Json(AccountDetails {
        id: id.to_string(),
        login: caller.account.login.to_string(),
        name: caller.account.name.clone(),
        recovery_codes_left: count_unused(&codes),
        recovery_codes_saved: factor.as_ref().is_none_or(|factor| factor.codes_saved),
        second_factor: factor.map(|factor| described(&factor)),
        first_binding: api.config.first_binding,
        notices: notices.iter().map(notice).collect(),
    }))
}

fn described(factor: &SecondFactorRecord) -> SecondFactor {
    SecondFactor {
        method: Method::Authenticator,
        sign_in: factor.sign_in,
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
    let mut tx = api.ports.store.write().await?;
    tx.dismiss_notice(caller.account.id, id).await?.map_err(|NotFound| missing())?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
