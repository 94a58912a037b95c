//! The sessions of an account: `GET /sessions`, `DELETE /sessions/{id}` and `DELETE /sessions?others=true`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use padlock_contract::Page;
use padlock_contract::session::SessionSummary;
use padlock_domain::{Operation, device};
use serde::Deserialize;

use crate::app_state::Api;
use crate::auth::{AccountAccess, SignedIn, window};
use crate::http::{ApiError, Path, Query, Result};
use crate::ports::NotFound;

/// Lists the caller's sessions, most recently used first.
#[utoipa::path(get, path = "/sessions", tag = "Session", responses((status = 200, body = Page<SessionSummary>)))]
pub(crate) async fn list(State(api): State<Api>, caller: SignedIn) -> Result<Json<Page<SessionSummary>>> {
    let now = api.ports.now();
    let mut tx = api.ports.store.read().await?;
    let (access, credential) = AccountAccess::load(tx.as_mut(), &caller, &api.ports).await?;
    access.require(tx.as_mut(), Operation::ViewSessions, now).await?;
    let sessions = tx.sessions_of(access.account.id).await?;
    let items = sessions
        .into_iter()
        .filter(|s| s.is_live(now))
        .map(|s| SessionSummary {
            current: s.id == credential.session.id,
            device: device::describe(&s.user_agent),
            created_at: s.created_at.into(),
            last_seen_at: s.last_seen_at.into(),
            authorised_until: window::verified(api.ports.vault.as_ref(), &s)
                .and_then(|window| window.authorised_until(api.config.window_idle_timeout, now))
                .map(Into::into),
            id: s.id.to_string(),
        })
        .collect();
    Ok(Json(Page { items, next_cursor: None }))
}

/// Ends one of the caller's sessions.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "Session", params(("id" = String, Path)), responses(
    (status = 204, description = "Ended"),
    (status = 404, description = "Unknown, or of another account", body = padlock_contract::Problem),
))]
pub(crate) async fn end(State(api): State<Api>, caller: SignedIn, Path(id): Path<String>) -> Result<StatusCode> {
    let missing = || ApiError::not_found("session");
    let id = id.parse().map_err(|_| missing())?;
    let (caller, ports) = (&caller, &api.ports);
    api.write(|mut tx| async move {
        let (access, _) = AccountAccess::require_locked(&mut tx, caller, ports, Operation::EndSession).await?;
        tx.end_session(access.account.id, id).await?.map_err(|NotFound| missing())?;
        Ok(tx.commit(StatusCode::NO_CONTENT).await?)
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndSessionsQuery {
    #[serde(default)]
    others: bool,
}

/// Ends the caller's sessions except the current one.
#[utoipa::path(delete, path = "/sessions", tag = "Session", params(("others" = bool, Query, description = "Has to be `true`")), responses(
    (status = 204, description = "Ended"),
))]
pub(crate) async fn end_others(
    State(api): State<Api>,
    caller: SignedIn,
    Query(query): Query<EndSessionsQuery>,
) -> Result<StatusCode> {
    if !query.others {
        return Err(ApiError::field("others", "Say others=true: to end this session too, sign out."));
    }
    let (caller, ports) = (&caller, &api.ports);
    api.write(|mut tx| async move {
        let (access, credential) = AccountAccess::require_locked(&mut tx, caller, ports, Operation::EndSession).await?;
        tx.end_other_sessions(access.account.id, credential.session.id).await?;
        Ok(tx.commit(StatusCode::NO_CONTENT).await?)
    })
    .await
}
