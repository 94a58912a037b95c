//! Enrolling a second factor: `POST /account/second-factor`, confirming it with a first code, and cancelling it.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use padlock_contract::second_factor::{
    ConfirmEnrolment, ConfirmEnrolmentResponse, Enrolment, FirstBinding, NewEnrolment, SecondFactorMethod,
};
use padlock_contract::{ErrorCode, Problem};
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Seed;
use padlock_domain::second_factor::{Authenticator, Code, ConfirmationError, ENROLMENT_LIFETIME, PendingAuthenticator};
use padlock_domain::session::COOKIE_LIFETIME;
use padlock_domain::{AccountEvent, EnrolmentId, StepUp};
use serde::Deserialize;

use crate::app_state::Api;
use crate::auth::errors::step_up_required;
use crate::auth::{SessionSecret, SignedIn, password_confirmation, respond_with_secret, window};
use crate::http::{ApiError, ClientAddress, Json as Body, Result};
use crate::notifications::record;
use crate::ports::{EnrolmentRecord, Insert, NotFound, ReadTransaction, SecondFactorRecord, Transaction};
use crate::second_factor::encryption::{decrypt_seed, encrypt_seed};
use crate::second_factor::errors::{self, Reveal};
use crate::second_factor::mail_code;
use crate::second_factor::recovery_codes;
use crate::second_factor::verify::{parse_code, verify_code, window_end};

/// Begins the enrolment of an authenticator app. It authorises nothing until it is confirmed with a first code. An
/// enrolment that is pending already is replaced.
#[utoipa::path(post, path = "/account/second-factor", tag = "Second factor", request_body = NewEnrolment, responses(
    (status = 201, description = "Pending", body = Enrolment),
    (status = 401, description = "`wrong_credentials`, `mail_code_required`, `fresh_code_required` or `wrong_code`", body = Problem),
    (status = 409, description = "`already_enrolled`: say `replace`, with a fresh code", body = Problem),
    (status = 422, description = "A field is not valid", body = Problem),
    (status = 429, description = "Too many attempts", body = Problem),
))]
pub(crate) async fn begin(
    State(api): State<Api>,
    ClientAddress(address): ClientAddress,
    caller: SignedIn,
    Body(form): Body<NewEnrolment>,
) -> Result<Response> {
    if form.method != SecondFactorMethod::Authenticator || form.phone.is_some() {
        return Err(ApiError::field("method", "This portal sends no text messages. Use an authenticator app."));
    }
    password_confirmation::confirm(&api, &caller, address, form.password.clone()).await?;
    let factor = api.ports.store.read().await?.second_factor(caller.account.id).await?;
    let now = api.ports.now();
    let seed = Seed::new(api.ports.random());
    let enrolment = EnrolmentRecord {
        id: EnrolmentId::new(now, api.ports.random()),
        account: caller.account.id,
        session: caller.session.id,
        seed: encrypt_seed(api.ports.vault.as_ref(), caller.account.id, &seed),
        replaces: factor.as_ref().map(|factor| factor.id),
        expires_at: now.checked_add(ENROLMENT_LIFETIME).unwrap_or(now),
        attempts: 0,
    };
    match factor {
        Some(_) => add_replacement(&api, &caller, &form, &enrolment).await?,
        None => add_first(&api, &caller, &form, &enrolment).await?,
    }
    Ok((StatusCode::CREATED, Json(enrolment_response(&api, &caller, &enrolment, &seed))).into_response())
}

fn enrolment_response(api: &Api, caller: &SignedIn, enrolment: &EnrolmentRecord, seed: &Seed) -> Enrolment {
    Enrolment {
        enrolment_id: enrolment.id.to_string(),
        expires_at: enrolment.expires_at.into(),
        secret: seed.to_base32(),
        otpauth_uri: seed.otpauth_uri(&api.config.name, caller.account.login.as_str()),
    }
}

/// Returns the enrolment that this session began and can still confirm, if there is one.
pub(crate) async fn find_pending(
    api: &Api,
    caller: &SignedIn,
    tx: &mut dyn ReadTransaction,
) -> Result<Option<EnrolmentRecord>> {
    let now = api.ports.now();
    let can_be_confirmed = |e: &EnrolmentRecord| {
        e.session == caller.session.id && e.expires_at > now && e.attempts < MAX_CONFIRMATION_ATTEMPTS
    };
    Ok(tx.pending_enrolment(caller.account.id).await?.filter(can_be_confirmed))
}

/// Returns the enrolment that this session began and has not confirmed, with the same secret: browsers of phones drop a
/// page while the authenticator app is open.
#[utoipa::path(get, path = "/account/second-factor/pending", tag = "Second factor", responses(
    (status = 200, description = "Pending", body = Enrolment),
    (status = 404, description = "None, or it has expired", body = Problem),
))]
pub(crate) async fn pending(State(api): State<Api>, caller: SignedIn) -> Result<Json<Enrolment>> {
    let mut tx = api.ports.store.read().await?;
    let enrolment = find_pending(&api, &caller, tx.as_mut()).await?.ok_or_else(no_enrolment)?;
    let seed = decrypt_seed(api.ports.vault.as_ref(), enrolment.account, &enrolment.seed)?;
    Ok(Json(enrolment_response(&api, &caller, &enrolment, &seed)))
}

fn no_enrolment() -> ApiError {
    ApiError::not_found("enrolment")
}

/// Adds an account's first enrolment. The portal can require a code sent to the account's address, because the password
/// alone would let a thief enrol their own phone.
async fn add_first(api: &Api, caller: &SignedIn, form: &NewEnrolment, enrolment: &EnrolmentRecord) -> Result<()> {
    let mail_code_verified = match api.config.first_binding {
        FirstBinding::Password => false,
        FirstBinding::Mail | FirstBinding::Unknown => {
            mail_code::verify(api, &caller.account, form.mail_code.as_deref()).await?;
            true
        }
    };
    api.write(|mut tx| async move {
        caller.require_same_password(&mut *tx, &api.ports).await?;
        if mail_code_verified && tx.remove_mail_code(caller.account.id).await? == Err(NotFound) {
            return Err(errors::mail_code_required());
        }
        tx.put_enrolment(enrolment).await?;
        Ok(tx.commit(()).await?)
    })
    .await
}

/// Adds an enrolment that replaces a confirmed factor. It requires a fresh code of that factor or a recovery code.
async fn add_replacement(api: &Api, caller: &SignedIn, form: &NewEnrolment, enrolment: &EnrolmentRecord) -> Result<()> {
    if !form.replace {
        return Err(ApiError::new(
            ErrorCode::AlreadyEnrolled,
            "A second factor is enrolled already. To put another in its place, say so with a fresh code.",
        ));
    }
    let Some(code) = &form.code else {
        return Err(step_up_required(StepUp::FreshCode, "to change the second factor"));
    };
    let input = parse_code(code)?;
    let verified = verify_code(api, &caller.account, &caller.device(), &input, None, Reveal::UsedCodes).await?;
    if enrolment.replaces != Some(verified.factor()) {
        return Err(ApiError::new(ErrorCode::Changed, "The second factor was changed in the meantime. Begin again."));
    }
    let verified = &verified;
    let unit = api.write(|mut tx| async move {
        caller.require_same_password(&mut *tx, &api.ports).await?;
        let consumed = verified.consume(&mut tx).await?;
        tx.put_enrolment(enrolment).await?;
        if let Some(event) = consumed.recovery_code_event() {
            record(&mut tx, &caller.account, &caller.device(), event).await?;
        }
        Ok::<_, ApiError>(tx.commit(consumed).await?)
    });
    unit.await?.log();
    Ok(())
}

/// How many codes may be tried to confirm an enrolment.
const MAX_CONFIRMATION_ATTEMPTS: u32 = 5;

/// Confirms an enrolment with its first code, opens the authorised window and returns the recovery codes.
#[utoipa::path(post, path = "/account/second-factor/confirm", tag = "Second factor", request_body = ConfirmEnrolment, responses(
    (status = 200, description = "Enrolled", body = ConfirmEnrolmentResponse),
    (status = 401, description = "`wrong_code`: the detail says if the phone's clock is off", body = Problem),
    (status = 410, description = "`enrolment_expired`, also after five wrong codes", body = Problem),
    (status = 422, description = "Not a code", body = Problem),
))]
pub(crate) async fn confirm(
    State(api): State<Api>,
    caller: SignedIn,
    Body(form): Body<ConfirmEnrolment>,
) -> Result<Response> {
    let code: Code = form.code.parse().map_err(|_| ApiError::field("code", "A code is six digits."))?;
    let id = form.enrolment_id.parse().map_err(|_| errors::enrolment_expired())?;
    let enrolment = record_attempt(&api, &caller, id).await?;
    let secret = SessionSecret::new(&api.ports);
    let codes = recovery_codes::generate(&api.ports, &caller.account);
    let (session, event) = (&caller.session, confirmed_event(&enrolment));
    let (api, caller, enrolment, new_secret, records) = (&api, &caller, &enrolment, &secret, &codes.records);
    let window = api
        .write(|mut tx| async move {
            let replaced = tx.second_factor(caller.account.id).await?;
            let required_at_sign_in =
                form.required_at_sign_in.unwrap_or_else(|| replaced.is_some_and(|factor| factor.required_at_sign_in));
            let authenticator = pending_authenticator(api, enrolment)?
                .confirm(&code, session.id, required_at_sign_in, tx.now())
                .map_err(|error| match error {
                    ConfirmationError::Expired => errors::enrolment_expired(),
                    ConfirmationError::WrongCode { drift } => errors::enrolment_not_confirmed(
                        drift,
                        MAX_CONFIRMATION_ATTEMPTS.saturating_sub(enrolment.attempts),
                    ),
                })?;
            add_factor(&mut *tx, enrolment, &authenticator).await?;
            tx.put_recovery_codes(caller.account.id, records).await?;
            // A changed factor closes every authorised window; this session's is opened again under a new secret.
            tx.close_windows(caller.account.id).await?;
            let window = window::open(&mut tx, &api.ports, session, new_secret).await?;
            record(&mut tx, &caller.account, &caller.device(), event).await?;
            Ok::<_, ApiError>(tx.commit(window).await?)
        })
        .await?;
    tracing::info!(account = %caller.account.id, session = %session.id, ?event, "second factor confirmed");
    let mut response = ConfirmEnrolmentResponse {
        recovery_codes: codes.plain,
        authorised_until: window_end(api, window).into(),
        session_token: None,
    };
    Ok(respond_with_secret(api, session.kind, secret, COOKIE_LIFETIME, |token| {
        response.session_token = token;
        Json(response).into_response()
    }))
}

/// Records an attempt to confirm an enrolment, in a transaction of its own before the code is looked at, and returns the
/// enrolment with it.
///
/// # Errors
/// Returns `enrolment_expired` if the enrolment has ended, belongs to another session or had its five attempts.
async fn record_attempt(api: &Api, caller: &SignedIn, id: EnrolmentId) -> Result<EnrolmentRecord> {
    api.write(|mut tx| async move {
        let is_theirs = |e: &EnrolmentRecord| e.account == caller.account.id && e.session == caller.session.id;
        let enrolment = tx.enrolment(id).await?.filter(is_theirs).ok_or_else(errors::enrolment_expired)?;
        if enrolment.attempts >= MAX_CONFIRMATION_ATTEMPTS {
            return Err(errors::enrolment_ended());
        }
        tx.record_enrolment_attempt(id, enrolment.attempts).await?.applied_or_else(ApiError::busy)?;
        Ok(tx.commit(EnrolmentRecord { attempts: enrolment.attempts + 1, ..enrolment }).await?)
    })
    .await
}

const fn confirmed_event(enrolment: &EnrolmentRecord) -> AccountEvent {
    match enrolment.replaces {
        Some(_) => AccountEvent::SecondFactorReplaced,
        None => AccountEvent::SecondFactorEnrolled,
    }
}

fn pending_authenticator(api: &Api, record: &EnrolmentRecord) -> Result<PendingAuthenticator> {
    Ok(PendingAuthenticator {
        id: record.id,
        account: record.account,
        session: record.session,
        seed: decrypt_seed(api.ports.vault.as_ref(), record.account, &record.seed)?,
        replaces: record.replaces,
        expires_at: record.expires_at,
    })
}

/// Turns a pending enrolment into the account's factor. Of two confirmations at once, only one finds the enrolment.
async fn add_factor(
    tx: &mut dyn Transaction,
    enrolment: &EnrolmentRecord,
    authenticator: &Authenticator,
) -> Result<()> {
    tx.remove_enrolment(enrolment.id).await?.map_err(|NotFound| errors::enrolment_expired())?;
    if let Some(replaced) = enrolment.replaces
        && tx.remove_second_factor(replaced).await? == Err(NotFound)
    {
        return Err(errors::enrolment_expired());
    }
    let factor = SecondFactorRecord {
        id: authenticator.id,
        account: authenticator.account,
        seed: enrolment.seed.clone(),
        last_step: authenticator.last_step,
        required_at_sign_in: authenticator.required_at_sign_in,
        enrolled_at: authenticator.enrolled_at,
        attempts: Attempts::default(),
        recovery_codes_saved: false,
    };
    if tx.add_second_factor(&factor).await? == Insert::Duplicate {
        return Err(errors::already_enrolled());
    }
    Ok(())
}

/// Which enrolment to cancel.
#[derive(Deserialize)]
pub(crate) struct CancelQuery {
    /// Cancels only this one: a late request must not end the enrolment that another tab has begun since.
    enrolment_id: Option<String>,
}

/// Cancels the enrolment that this session began and has not confirmed.
#[utoipa::path(delete, path = "/account/second-factor/pending", tag = "Second factor",
    params(("enrolment_id" = Option<String>, Query)), responses(
    (status = 204, description = "Cancelled"),
    (status = 404, description = "None, or it has expired", body = Problem),
))]
pub(crate) async fn cancel(
    State(api): State<Api>,
    caller: SignedIn,
    Query(query): Query<CancelQuery>,
) -> Result<StatusCode> {
    let (api, caller, meant) = (&api, &caller, query.enrolment_id.as_ref());
    api.write(|mut tx| async move {
        let is_meant = |e: &EnrolmentRecord| meant.is_none_or(|id| *id == e.id.to_string());
        let pending = find_pending(api, caller, &mut *tx).await?;
        let enrolment = pending.filter(is_meant).ok_or_else(no_enrolment)?;
        tx.remove_enrolment(enrolment.id).await?.map_err(|NotFound| no_enrolment())?;
        Ok(tx.commit(StatusCode::NO_CONTENT).await?)
    })
    .await
}
