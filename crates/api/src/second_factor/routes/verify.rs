//! `POST /verify-2fa-code`: at sign-in and at a padlock alike.

use crate::auth::session_secret::hand_over;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use padlock_contract::Problem;
use padlock_contract::second_factor::{VerifyCodeRequest, VerifyCodeResponse};
use padlock_contract::session::SignInState;
use padlock_domain::account::Account;
use padlock_domain::second_factor::CodeInput;
use padlock_domain::session::{AuthorisedWindow, MfaChallenge, SessionKind};
use padlock_domain::{Timestamp, device};

use crate::account::responses;
use crate::app_state::Api;
use crate::auth::session_secret::Secret;
use crate::auth::signed_in::SessionOrChallenge;
use crate::auth::signed_in::SignedIn;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Result};
use crate::notifications::record;
use crate::notifications::send;
use crate::ports::{NotFound, Update};
use crate::second_factor::consume::ConsumedCode;
use crate::second_factor::verify::verify_code;

/// Proves the second factor with a code or a recovery code, and opens the authorised window. The session's secret is a new
/// one afterwards.
#[utoipa::path(post, path = "/verify-2fa-code", tag = "Second factor", request_body = VerifyCodeRequest, responses(
    (status = 200, description = "Proved; the window is open", body = VerifyCodeResponse),
    (status = 401, description = "`wrong_code`, `code_already_used`, `challenge_ended` or `not_signed_in`", body = Problem),
    (status = 409, description = "`not_enrolled`", body = Problem),
    (status = 422, description = "Neither a code nor a recovery code", body = Problem),
    (status = 429, description = "`too_many_requests` or `factor_blocked`", body = Problem),
))]
pub(crate) async fn verify(
    State(api): State<Api>,
    challenged: SessionOrChallenge,
    Json(form): Json<VerifyCodeRequest>,
) -> Result<Response> {
    let input = parse_code(&form.code)?;
    match challenged {
        SessionOrChallenge::SignedIn(caller) => step_up(&api, &caller, &input).await,
        SessionOrChallenge::Challenge(challenge, account) => finish_sign_in(&api, *challenge, &account, &input).await,
    }
}

/// What is neither a code nor a recovery code is not a try.
pub(super) fn parse_code(text: &str) -> Result<CodeInput> {
    text.parse()
        .map_err(|not: padlock_domain::second_factor::InvalidCodeInput| ApiError::field("code", not.to_string()))
}

async fn step_up(api: &Api, caller: &SignedIn, input: &CodeInput) -> Result<Response> {
    let verified = verify_code(api, &caller.account, &caller.device(), input, None).await?;
    let (now, secret) = (api.ports.now(), Secret::new(&api.ports));
    let window = AuthorisedWindow::open(now);
    let mut tx = api.ports.store.write().await?;
    let consumed = verified.consume(tx.as_mut(), now).await?;
    let session = &caller.session;
    if tx.open_authorised_window(session.id, &session.secret, &secret.hash(), window).await? == Update::Stale {
        return Err(ApiError::not_signed_in());
    }
    let email = record(api, tx.as_mut(), &caller.account, &caller.device(), consumed.unlock_event()).await?;
    tx.commit().await?;
    send(api, email);
    tracing::info!(account = %caller.account.id, session = %session.id, method = ?consumed.method, "unlocked");
    Ok(answer(api, &caller.account, session.kind, &consumed, window, secret))
}

async fn finish_sign_in(api: &Api, challenge: MfaChallenge, account: &Account, input: &CodeInput) -> Result<Response> {
    let device = device::describe(&challenge.user_agent);
    let verified = verify_code(api, account, &device, input, Some(&challenge)).await?;
    let (now, secret) = (api.ports.now(), Secret::new(&api.ports));
    let mut tx = api.ports.store.write().await?;
    let consumed = verified.consume(tx.as_mut(), now).await?;
    tx.remove_mfa_challenge(challenge.id).await?.map_err(|NotFound| ApiError::not_signed_in())?;
    let kind = challenge.kind;
    let session = challenge.complete(secret.hash(), now);
    tx.add_session(&session).await?;
    let email = record(api, tx.as_mut(), account, &device, consumed.unlock_event()).await?;
    tx.commit().await?;
    send(api, email);
    tracing::info!(account = %account.id, session = %session.id, method = ?consumed.method, "signed in with a code");
    Ok(answer(api, account, kind, &consumed, AuthorisedWindow::open(now), secret))
}

fn answer(
    api: &Api,
    account: &Account,
    kind: SessionKind,
    consumed: &ConsumedCode,
    window: AuthorisedWindow,
    secret: Secret,
) -> Response {
    let mut verified = VerifyCodeResponse {
        state: SignInState::SignedIn,
        account: responses::account(account),
        authorised_until: until(api, window).into(),
        method: consumed.method,
        recovery_codes_left: Some(consumed.recovery_codes_left),
        session_token: None,
    };
    hand_over(api, kind, secret, |token| {
        verified.session_token = token;
        axum::Json(verified).into_response()
    })
}

/// When a window that has just been opened ends if nothing is done in it.
pub(super) fn until(api: &Api, window: AuthorisedWindow) -> Timestamp {
    window.authorised_until(api.config.window_idle, window.used_at).unwrap_or(window.until)
}
