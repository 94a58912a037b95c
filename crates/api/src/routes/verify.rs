//! `POST /verify-2fa-code`: at sign-in and at a padlock alike.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use padlock_contract::Problem;
use padlock_contract::second_factor::{Verified, VerifyCode};
use padlock_contract::session::SignInState;
use padlock_domain::account::Account;
use padlock_domain::second_factor::Proof;
use padlock_domain::session::{BROWSER_MOST, Carrier, WaitingSession, Window};
use padlock_domain::{Timestamp, device};

use super::sign_in::session_cookie;
use crate::error::{ApiError, Result};
use crate::extract::{Caller, Challenged, Json, Secret};
use crate::ports::Conflict;
use crate::second_factor::{Spent, look, post, record};
use crate::state::Api;
use crate::view;

/// Proves the second factor with a code or a recovery code, and opens the authorised window. The session's secret is a new
/// one afterwards.
#[utoipa::path(post, path = "/verify-2fa-code", tag = "Second factor", request_body = VerifyCode, responses(
    (status = 200, description = "Proved; the window is open", body = Verified),
    (status = 401, description = "`wrong_code`, `code_already_used`, `challenge_ended` or `not_signed_in`", body = Problem),
    (status = 409, description = "`not_enrolled`", body = Problem),
    (status = 422, description = "Neither a code nor a recovery code", body = Problem),
    (status = 429, description = "`too_many_requests` or `factor_blocked`", body = Problem),
))]
pub(crate) async fn verify(
    State(api): State<Api>,
    challenged: Challenged,
    Json(form): Json<VerifyCode>,
) -> Result<Response> {
    let proof = read_proof(&form.code)?;
    match challenged {
        Challenged::SignedIn(caller) => step_up(&api, &caller, &proof).await,
        Challenged::Waiting(waiting, account) => finish_sign_in(&api, *waiting, &account, &proof).await,
    }
}

/// What is neither a code nor a recovery code is not a try.
pub(super) fn read_proof(text: &str) -> Result<Proof> {
    text.parse().map_err(|not: padlock_domain::second_factor::NotAProof| ApiError::field("code", not.to_string()))
}

async fn step_up(api: &Api, caller: &Caller, proof: &Proof) -> Result<Response> {
    let proven = look(api, &caller.account, &caller.device(), proof, None).await?;
    let (now, secret) = (api.ports.now(), Secret::new(&api.ports));
    let window = Window::open(now);
    let mut tx = api.ports.store.write().await?;
    let spent = proven.spend(tx.as_mut(), now).await?;
    let session = &caller.session;
    if tx.rotate_session(session.id, &session.secret, &secret.hash(), window).await? == Conflict::Lost {
        return Err(ApiError::not_signed_in());
    }
    let letter = record(api, tx.as_mut(), &caller.account, &caller.device(), spent.unlocking()).await?;
    tx.commit().await?;
    post(api, letter);
    tracing::info!(account = %caller.account.id, session = %session.id, method = ?spent.method, "unlocked");
    Ok(answer(api, &caller.account, session.carrier, &spent, window, secret))
}

async fn finish_sign_in(api: &Api, waiting: WaitingSession, account: &Account, proof: &Proof) -> Result<Response> {
    let device = device::describe(&waiting.user_agent);
    let proven = look(api, account, &device, proof, Some(&waiting)).await?;
    let (now, secret) = (api.ports.now(), Secret::new(&api.ports));
    let mut tx = api.ports.store.write().await?;
    let spent = proven.spend(tx.as_mut(), now).await?;
    if tx.take_waiting_session(waiting.id).await? == Conflict::Lost {
        return Err(ApiError::not_signed_in());
    }
    let carrier = waiting.carrier;
    let session = waiting.proved(secret.hash(), now);
    tx.add_session(&session).await?;
    let letter = record(api, tx.as_mut(), account, &device, spent.unlocking()).await?;
    tx.commit().await?;
    post(api, letter);
    tracing::info!(account = %account.id, session = %session.id, method = ?spent.method, "signed in with a code");
    Ok(answer(api, account, carrier, &spent, Window::open(now), secret))
}

fn answer(api: &Api, account: &Account, carrier: Carrier, spent: &Spent, window: Window, secret: Secret) -> Response {
    let mut verified = Verified {
        state: SignInState::SignedIn,
        account: view::account(account),
        authorised_until: until(api, window).into(),
        method: spent.method,
        recovery_codes_left: Some(spent.recovery_codes_left),
        session_token: None,
    };
    hand_over(api, carrier, secret, |token| {
        verified.session_token = token;
        axum::Json(verified).into_response()
    })
}

/// When a window that has just been opened ends if nothing is done in it.
pub(super) fn until(api: &Api, window: Window) -> Timestamp {
    window.open_until(api.config.window_idle, window.used_at).unwrap_or(window.until)
}

/// Gives a session's new secret to whoever carries it: a browser in its cookie, a script in the answer.
pub(super) fn hand_over(
    api: &Api,
    carrier: Carrier,
    secret: Secret,
    answer: impl FnOnce(Option<String>) -> Response,
) -> Response {
    match carrier {
        Carrier::Bearer => answer(Some(secret.expose())),
        Carrier::Cookie => {
            let mut response = answer(None);
            let cookie = session_cookie(api.config.https(), secret.expose(), BROWSER_MOST.as_secs());
            response.headers_mut().append(http::header::SET_COOKIE, cookie);
            response
        }
    }
}
