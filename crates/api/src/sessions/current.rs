//! The current session: `GET /session`, `DELETE /session` and `POST /session/lock`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use padlock_contract::session::{Assurance, Session};
use padlock_domain::{Operation, SessionKind};

use crate::accounts::responses;
use crate::app_state::Api;
use crate::auth::session_cookie::session_cookie;
use crate::auth::{AccountAccess, SessionOrChallenge, SignedIn};
use crate::http::{ApiError, Result};

/// Returns the caller's session and account.
#[utoipa::path(get, path = "/session", tag = "Session", responses(
    (status = 200, body = Session),
    (status = 401, description = "`not_signed_in`", body = padlock_contract::Problem),
))]
pub(crate) async fn show(State(api): State<Api>, caller: SignedIn) -> Result<Json<Session>> {
    let now = api.ports.now();
    let mut tx = api.ports.store.read().await?;
    let (access, credential) = AccountAccess::load(tx.as_mut(), &caller, &api.ports).await?;
    access.require(tx.as_mut(), Operation::ViewAccount, now).await?;
    let authorised_until = credential.authorised_until(now);
    Ok(Json(Session {
        id: credential.session.id.to_string(),
        account: responses::account(&access.account),
        assurance: if authorised_until.is_some() { Assurance::SecondFactor } else { Assurance::Password },
        authorised_until: authorised_until.map(Into::into),
        expires_at: credential.session.expires_at().into(),
    }))
}

/// Ends the session, or a sign-in that still needs a code.
#[utoipa::path(delete, path = "/session", tag = "Session", responses(
    (status = 204, description = "Signed out"),
    (status = 401, description = "`not_signed_in`", body = padlock_contract::Problem),
))]
pub(crate) async fn sign_out(State(api): State<Api>, client: SessionOrChallenge) -> Result<Response> {
    let (client, ports) = (&client, &api.ports);
    let (account, session, kind) = api
        .write(|mut tx| async move {
            let now = tx.now();
            // Another request may end it at the same time.
            let ended = match client {
                SessionOrChallenge::SignedIn(caller) => {
                    let (access, _) = AccountAccess::load_locked(&mut tx, caller, ports).await?;
                    access.require(&mut *tx, Operation::SignOut, now).await?;
                    let _ = tx.end_session(caller.account.id, caller.session().id).await?;
                    (caller.account.id, caller.session().id, caller.session().kind)
                }
                SessionOrChallenge::Challenge(pending) => {
                    let access = AccountAccess::load_pending(&mut *tx, pending, ports).await?;
                    access.require(&mut *tx, Operation::SignOut, now).await?;
                    let _ = tx.remove_mfa_challenge(pending.challenge.id).await?;
                    (pending.account.id, pending.challenge.id, pending.challenge.kind)
                }
            };
            Ok::<_, ApiError>(tx.commit(ended).await?)
        })
        .await?;
    tracing::info!(%account, %session, "signed out");
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    // A script that signs out does not end what the browser of the same person has.
    if kind == SessionKind::Cookie {
        headers.append(header::SET_COOKIE, session_cookie(api.config.https(), String::new(), 0));
    }
    headers.insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    Ok(response)
}

/// Closes the authorised window of the session, if it is open.
#[utoipa::path(post, path = "/session/lock", tag = "Session", responses(
    (status = 204, description = "Locked"),
    (status = 401, description = "`not_signed_in`", body = padlock_contract::Problem),
))]
pub(crate) async fn lock(State(api): State<Api>, caller: SignedIn) -> Result<StatusCode> {
    let (caller, ports) = (&caller, &api.ports);
    let session = caller.session().id;
    api.write(|mut tx| async move {
        AccountAccess::require_locked(&mut tx, caller, ports, Operation::Lock).await?;
        tx.close_window(session).await?;
        Ok::<_, ApiError>(tx.commit(()).await?)
    })
    .await?;
    tracing::info!(account = %caller.account.id, %session, "locked");
    Ok(StatusCode::NO_CONTENT)
}
