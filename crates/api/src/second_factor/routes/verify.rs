//! `POST /verify-2fa-code`: the second step of signing in, and step-up in a session.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use padlock_contract::Problem;
use padlock_contract::second_factor::{VerifyCodeRequest, VerifyCodeResponse};
use padlock_contract::session::SignInState;
use padlock_domain::second_factor::CodeInput;
use padlock_domain::session::{COOKIE_LIFETIME, MAX_SESSIONS_PER_ACCOUNT};
use padlock_domain::{Account, AuthorisedWindow, Operation, SessionKind, device};

use crate::accounts::responses;
use crate::app_state::Api;
use crate::auth::{
    AccountAccess, PendingSignIn, SessionOrChallenge, SessionSecret, SignedIn, respond_with_secret, window,
};
use crate::http::{ApiError, Json, Result};
use crate::notifications::record;
use crate::ports::NotFound;
use crate::refusals::second_factor::Reveal;
use crate::second_factor::consume::ConsumedCode;
use crate::second_factor::fresh_code::reveal_to;
use crate::second_factor::verify::{parse_code, verify_code, window_end};

/// Verifies a code or a recovery code and opens the authorised window. The session gets a new secret.
#[utoipa::path(post, path = "/verify-2fa-code", tag = "Second factor", request_body = VerifyCodeRequest, responses(
    (status = 200, description = "Verified; the authorised window is open", body = VerifyCodeResponse),
    (status = 401, description = "`wrong_code`, `code_already_used`, `challenge_ended` or `not_signed_in`", body = Problem),
    (status = 409, description = "`not_enrolled`", body = Problem),
    (status = 422, description = "Neither a code nor a recovery code", body = Problem),
    (status = 429, description = "`too_many_requests` or `factor_blocked`", body = Problem),
))]
pub(crate) async fn verify(
    State(api): State<Api>,
    client: SessionOrChallenge,
    Json(form): Json<VerifyCodeRequest>,
) -> Result<Response> {
    let input = parse_code("code", &form.code)?;
    match client {
        SessionOrChallenge::SignedIn(caller) => step_up(&api, &caller, &input).await,
        SessionOrChallenge::Challenge(pending) => finish_sign_in(&api, &pending, &input).await,
    }
}

async fn step_up(api: &Api, caller: &SignedIn, input: &CodeInput) -> Result<Response> {
    let session = caller.session();
    let reveal = reveal_to(session, api.ports.now());
    let verified = verify_code(api, &caller.account, &caller.device(), input, None, reveal).await?;
    let secret = SessionSecret::new(&api.ports);
    let (verified, new_secret) = (&verified, &secret);
    let (consumed, window) = api
        .write(|mut tx| async move {
            let (access, _) = AccountAccess::require_locked(&mut tx, caller, &api.ports, Operation::VerifyCode).await?;
            let consumed = verified.consume(&mut tx).await?;
            let window = window::open(&mut tx, &api.ports, session, new_secret).await?;
            record(&mut tx, &access.account, &caller.device(), consumed.window_opened_event()).await?;
            Ok::<_, ApiError>(tx.commit((consumed, window)).await?)
        })
        .await?;
    verified.log();
    tracing::info!(account = %caller.account.id, session = %session.id, method = ?consumed.method, "unlocked");
    Ok(respond(api, &caller.account, session.kind, &consumed, window, secret))
}

async fn finish_sign_in(api: &Api, pending: &PendingSignIn, input: &CodeInput) -> Result<Response> {
    let PendingSignIn { challenge, account, .. } = pending;
    let device = device::describe(&challenge.user_agent);
    let verified = verify_code(api, account, &device, input, Some(challenge), Reveal::UsedCodes).await?;
    let secret = SessionSecret::new(&api.ports);
    let (id, kind, device) = (challenge.id, challenge.kind, device.as_str());
    let (verified, secret_hash) = (&verified, secret.hash());
    let (consumed, window) = api
        .write(|mut tx| async move {
            let access = AccountAccess::load_pending(&mut *tx, pending, &api.ports).await?;
            let now = tx.now();
            access.require(&mut *tx, Operation::VerifyCode, now).await?;
            let consumed = verified.consume(&mut tx).await?;
            tx.remove_mfa_challenge(id).await?.map_err(|NotFound| ApiError::not_signed_in())?;
            let window = AuthorisedWindow::open(now);
            let sealed = window::seal(api.ports.vault.as_ref(), account.id, id, &secret_hash, window);
            tx.add_session(&challenge.clone().complete(secret_hash, sealed)).await?;
            tx.end_oldest_sessions(account.id, id, MAX_SESSIONS_PER_ACCOUNT).await?;
            record(&mut tx, account, device, consumed.window_opened_event()).await?;
            Ok::<_, ApiError>(tx.commit((consumed, window)).await?)
        })
        .await?;
    verified.log();
    tracing::info!(account = %account.id, session = %id, method = ?consumed.method, "signed in with a code");
    Ok(respond(api, account, kind, &consumed, window, secret))
}

fn respond(
    api: &Api,
    account: &Account,
    kind: SessionKind,
    consumed: &ConsumedCode,
    window: AuthorisedWindow,
    secret: SessionSecret,
) -> Response {
    let mut response = VerifyCodeResponse {
        state: SignInState::SignedIn,
        account: responses::account(account),
        authorised_until: window_end(api, window).into(),
        method: consumed.method,
        recovery_codes_left: Some(consumed.recovery_codes_left),
        session_token: None,
    };
    respond_with_secret(api, kind, secret, COOKIE_LIFETIME, |token| {
        response.session_token = token;
        axum::Json(response).into_response()
    })
}
