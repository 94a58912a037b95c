//! `POST /sign-in`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use padlock_contract::ErrorCode;
use padlock_contract::session::{SignInRequest, SignInResponse, SignInState};
use padlock_domain::session::{
    COOKIE_LIFETIME, MAX_CHALLENGE_ATTEMPTS, MAX_SESSIONS_PER_ACCOUNT, MFA_CHALLENGE_LIFETIME, PasswordSignIn,
    SignInOutcome,
};
use padlock_domain::{Account, Password, SessionId, SessionKind, device};

use crate::accounts::responses;
use crate::app_state::Api;
use crate::auth::session_secret::hash_from_cookie;
use crate::auth::{SessionSecret, record_account, respond_with_secret};
use crate::http::{ApiError, ClientAddress, Json, Result};
use crate::log_events;
use crate::notifications::count_wrong_password;
use crate::refusals::access::too_many_attempts;

/// Signs in with login and password. Browsers get a cookie; scripts ask for a token.
#[utoipa::path(post, path = "/sign-in", tag = "Session", request_body = SignInRequest, responses(
    (status = 200, description = "Signed in, or a code is required", body = SignInResponse),
    (status = 401, description = "`wrong_credentials`", body = padlock_contract::Problem),
    (status = 429, description = "Too many tries, or too many at once", body = padlock_contract::Problem),
))]
pub(crate) async fn sign_in(
    State(api): State<Api>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Json(form): Json<SignInRequest>,
) -> Result<Response> {
    let clock = api.ports.clock.as_ref();
    let now = clock.now();
    // An invalid login is answered like an unknown one, after the same time.
    let login = form.login.parse().ok();
    let password = Password::from_input(form.password).map_err(|_| wrong_credentials())?;
    let attempt = api.throttles.begin(login.as_ref(), address, clock).await.map_err(|until| {
        tracing::warn!(event = log_events::SIGN_IN, outcome = "throttled", "too many wrong passwords");
        too_many_attempts(until, now)
    })?;
    let account = match &login {
        Some(login) => api.ports.store.read().await?.account_by_login(login).await?.filter(|a| !a.disabled),
        None => None,
    };
    let hash = account.as_ref().map(|a| a.password_hash.clone());
    let correct = api.ports.hasher.verify(password, hash).await.inspect_err(|busy| {
        tracing::warn!(event = log_events::SIGN_IN, outcome = "busy", "{busy}");
    })?;
    if let Some(account) = account.as_ref().filter(|_| !correct) {
        count_wrong_password(&api, account, device::describe(user_agent(&headers)));
    }
    let account = account.filter(|_| correct);
    attempt.finish(account.is_some());
    let account = account.ok_or_else(wrong_credentials)?;
    record_account(account.id);
    start_session(&api, &account, form.token, &headers).await
}

/// Returns the error for a wrong login or password. The login is not logged: it may be a password in the wrong field.
fn wrong_credentials() -> ApiError {
    tracing::info!(event = log_events::SIGN_IN, outcome = "wrong_credentials", "wrong login or password");
    ApiError::new(ErrorCode::WrongCredentials, "Login or password is wrong.")
}

fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Starts a session, or an MFA challenge if the account requires a code at sign-in.
#[tracing::instrument(skip_all)]
async fn start_session(api: &Api, account: &Account, token: bool, headers: &HeaderMap) -> Result<Response> {
    let ports = &api.ports;
    let now = ports.now();
    let secret = SessionSecret::new(ports);
    let kind = if token { SessionKind::Bearer } else { SessionKind::Cookie };
    let password_sign_in = PasswordSignIn {
        id: SessionId::new(now, ports.random()),
        secret_hash: secret.hash(),
        account: account.id,
        kind,
        user_agent: user_agent(headers).chars().take(256).collect(),
        at: now,
    };
    let id = password_sign_in.id;
    let earlier_session = hash_from_cookie(headers, api.config.https()).filter(|_| !token);
    let password_sign_in = &password_sign_in;
    let (code_required, factor) = api
        .write(|mut tx| async move {
            // While the password was hashed, the account may have been disabled or got another password.
            let unchanged = tx
                .account(account.id)
                .await?
                .is_some_and(|now| !now.disabled && now.password_hash == account.password_hash);
            if !unchanged {
                return Err(wrong_credentials());
            }
            // A browser that signs in again loses its earlier session's cookie, so that session ends.
            if let Some(before) = earlier_session
                && let Some(before) = tx.session(&before).await?
            {
                let _ = tx.end_session(before.account, before.id).await?;
            }
            let factor = tx.second_factor(account.id).await?;
            let required_at_sign_in = factor.as_ref().is_some_and(|factor| factor.required_at_sign_in);
            let code_required = match password_sign_in.clone().complete(required_at_sign_in) {
                SignInOutcome::CodeRequired(challenge) => {
                    tx.add_mfa_challenge(&challenge).await?;
                    tx.remove_oldest_challenges(account.id, id, MAX_SESSIONS_PER_ACCOUNT).await?;
                    true
                }
                SignInOutcome::SignedIn(session) => {
                    tx.add_session(&session).await?;
                    tx.end_oldest_sessions(account.id, id, MAX_SESSIONS_PER_ACCOUNT).await?;
                    false
                }
            };
            Ok::<_, ApiError>(tx.commit((code_required, factor)).await?)
        })
        .await?;
    tracing::info!(event = log_events::SIGN_IN, outcome = "right_password", account = %account.id, session = %id, code_required,
        "correct password");

    let mut body = SignInResponse {
        state: if code_required { SignInState::TwoFactorRequired } else { SignInState::SignedIn },
        account: (!code_required).then(|| responses::account(account)),
        methods: factor.iter().map(|factor| factor.kind().into()).collect(),
        attempts_left: factor
            .filter(|_| code_required)
            .map(|factor| factor.attempts.remaining(now).min(MAX_CHALLENGE_ATTEMPTS)),
        session_token: None,
    };
    let lifetime = if code_required { MFA_CHALLENGE_LIFETIME } else { COOKIE_LIFETIME };
    Ok(respond_with_secret(api, kind, secret, lifetime, |token| {
        body.session_token = token;
        axum::Json(body).into_response()
    }))
}
