//! Enrolling a second factor: `POST /account/second-factor`, confirming it with a first code, and cancelling it.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use padlock_contract::Problem;
use padlock_contract::second_factor::{
    ConfirmEnrolment, ConfirmEnrolmentResponse, Enrolment, FirstBinding, NewEnrolment, SecondFactorMethod,
};
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Seed;
use padlock_domain::second_factor::{
    Authenticator, Code, ENROLMENT_LIFETIME, EnrolmentDetails, PendingEnrolment, SecondFactor, SecondFactorDetails,
};
use padlock_domain::session::COOKIE_LIFETIME;
use padlock_domain::{Account, AccountEvent, EnrolmentId, Grant, Operation, PasswordProof, Session, Timestamp};
use serde::Deserialize;

use crate::app_state::Api;
use crate::auth::{AccountAccess, SessionSecret, SignedIn, password_confirmation, respond_with_secret, window};
use crate::http::{ApiError, ClientAddress, Json as Body, Result};
use crate::notifications::record;
use crate::ports::{
    EnrolmentDetailsRecord, EnrolmentRecord, Insert, NotFound, ReadTransaction, SecondFactorDetailsRecord,
    SecondFactorRecord, Transaction,
};
use crate::refusals::second_factor as refusals;
use crate::second_factor::encryption::{decrypt_seed, encrypt_seed};
use crate::second_factor::fresh_code::{ConfirmedRequest, FreshCode, VerifiedFreshCode};
use crate::second_factor::verify::window_end;
use crate::second_factor::{mail_code, recovery_codes};
use crate::unit_of_work::UnitOfWork;

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
    code: FreshCode,
    Body(form): Body<NewEnrolment>,
) -> Result<Response> {
    if form.method != SecondFactorMethod::Authenticator || form.phone.is_some() {
        return Err(ApiError::field("method", "The method is `authenticator`: this portal sends no text messages."));
    }
    let code = code.or_in_body(form.code.as_deref())?;
    let password = password_confirmation::confirm(&api, &caller, address, form.password).await?;
    let factor = api.ports.store.read().await?.second_factor(caller.account.id).await?;
    let now = api.ports.now();
    let seed = Seed::new(api.ports.random());
    let enrolment = EnrolmentRecord {
        id: EnrolmentId::new(now, api.ports.random()),
        account: caller.account.id,
        session: caller.session().id,
        details: EnrolmentDetailsRecord::Authenticator {
            seed: encrypt_seed(api.ports.vault.as_ref(), caller.account.id, &seed),
        },
        replaces: factor.as_ref().map(|factor| factor.id),
        expires_at: now.checked_add(ENROLMENT_LIFETIME).unwrap_or(now),
        attempts: 0,
    };
    if factor.is_none() {
        add_first(&api, &caller, &password, form.mail_code.as_deref(), &enrolment).await?;
    } else if form.replace {
        add_replacement(&api, &caller, &password, code, &enrolment).await?;
    } else {
        return Err(refusals::replacement_not_confirmed());
    }
    Ok((StatusCode::CREATED, Json(enrolment_response(&api, &caller.account, &enrolment, &seed))).into_response())
}

fn enrolment_response(api: &Api, account: &Account, enrolment: &EnrolmentRecord, seed: &Seed) -> Enrolment {
    Enrolment {
        enrolment_id: enrolment.id.to_string(),
        expires_at: enrolment.expires_at.into(),
        secret: seed.to_base32(),
        otpauth_uri: seed.otpauth_uri(&api.config.name, account.login.as_str()),
    }
}

/// Returns the enrolment that a session began and can still confirm, if there is one.
pub(crate) async fn find_pending(
    tx: &mut dyn ReadTransaction,
    session: &Session,
    now: Timestamp,
) -> Result<Option<EnrolmentRecord>> {
    let can_be_confirmed =
        |e: &EnrolmentRecord| e.session == session.id && e.expires_at > now && e.attempts < MAX_CONFIRMATION_ATTEMPTS;
    Ok(tx.pending_enrolment(session.account).await?.filter(can_be_confirmed))
}

/// Returns the enrolment that this session began and has not confirmed, with the same secret: browsers of phones drop a
/// page while the authenticator app is open.
#[utoipa::path(get, path = "/account/second-factor/pending", tag = "Second factor", responses(
    (status = 200, description = "Pending", body = Enrolment),
    (status = 404, description = "None, or it has expired", body = Problem),
))]
pub(crate) async fn pending(State(api): State<Api>, caller: SignedIn) -> Result<Json<Enrolment>> {
    let now = api.ports.now();
    let mut tx = api.ports.store.read().await?;
    let (access, credential) = AccountAccess::load(tx.as_mut(), &caller, &api.ports).await?;
    access.require(tx.as_mut(), Operation::ViewEnrolment, now).await?;
    let enrolment = find_pending(tx.as_mut(), &credential.session, now).await?.ok_or_else(no_enrolment)?;
    let EnrolmentDetails::Authenticator { seed } = pending_enrolment(&api, &enrolment)?.details;
    Ok(Json(enrolment_response(&api, &access.account, &enrolment, &seed)))
}

fn no_enrolment() -> ApiError {
    ApiError::not_found("enrolment")
}

/// Adds an account's first enrolment. The portal can require a code sent to the account's address, because the password
/// alone would let a thief enrol their own phone.
async fn add_first(
    api: &Api,
    caller: &SignedIn,
    password: &PasswordProof,
    mail_code: Option<&str>,
    enrolment: &EnrolmentRecord,
) -> Result<()> {
    let mail_code_verified = match api.config.first_binding {
        FirstBinding::Password => false,
        FirstBinding::Mail | FirstBinding::Unknown => {
            mail_code::verify(api, &caller.account, mail_code).await?;
            true
        }
    };
    let operation = Operation::EnrolSecondFactor;
    api.write(|mut tx| async move {
        let (access, _) = AccountAccess::load_locked(&mut tx, caller, &api.ports).await?;
        let now = tx.now();
        let grant = access.authorise(&mut *tx, operation, Some(password), "to enrol a second factor", now).await?;
        if tx.second_factor(access.account.id).await?.is_some() {
            return Err(refusals::already_enrolled());
        }
        if mail_code_verified && tx.remove_mail_code(access.account.id).await? == Err(NotFound) {
            return Err(refusals::mail_code_required());
        }
        put_enrolment(&mut *tx, grant, operation, enrolment).await?;
        Ok(tx.commit(()).await?)
    })
    .await
}

/// Adds an enrolment that replaces a confirmed factor. It requires a fresh code of that factor or a recovery code.
async fn add_replacement(
    api: &Api,
    caller: &SignedIn,
    password: &PasswordProof,
    code: FreshCode,
    enrolment: &EnrolmentRecord,
) -> Result<()> {
    let (operation, purpose) = (Operation::ChangeSecondFactor, "to change the second factor");
    let unit = |mut tx: UnitOfWork, grant, code: VerifiedFreshCode| async move {
        let current = tx.second_factor(enrolment.account).await?.map(|factor| factor.id);
        if current != enrolment.replaces || !code.is_of(current) {
            return Err(refusals::second_factor_changed());
        }
        put_enrolment(&mut *tx, grant, operation, enrolment).await?;
        Ok(tx.commit(()).await?)
    };
    ConfirmedRequest { api, caller, password, operation, purpose }.perform(code, unit).await
}

async fn put_enrolment(
    tx: &mut dyn Transaction,
    grant: Grant,
    operation: Operation,
    enrolment: &EnrolmentRecord,
) -> Result<()> {
    grant.consume(operation, enrolment.account)?;
    Ok(tx.put_enrolment(enrolment).await?)
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
    let id = form.enrolment_id.parse().map_err(|_| refusals::enrolment_expired())?;
    let enrolment = record_attempt(&api, &caller, id).await?;
    let secret = SessionSecret::new(&api.ports);
    let codes = recovery_codes::generate(&api.ports, &caller.account);
    let (session, event) = (caller.session(), confirmed_event(&enrolment));
    let (api, caller, enrolment, new_secret, records) = (&api, &caller, &enrolment, &secret, &codes.records);
    let window = api
        .write(|mut tx| async move {
            AccountAccess::require_locked(&mut tx, caller, &api.ports, Operation::ConfirmEnrolment).await?;
            let replaced = tx.second_factor(caller.account.id).await?;
            let required_at_sign_in =
                form.required_at_sign_in.unwrap_or_else(|| replaced.is_some_and(|factor| factor.required_at_sign_in));
            let confirmed =
                pending_enrolment(api, enrolment)?.confirm(&code, session.id, required_at_sign_in, tx.now());
            let remaining = MAX_CONFIRMATION_ATTEMPTS.saturating_sub(enrolment.attempts);
            let factor = confirmed.map_err(|refused| refusals::enrolment_not_confirmed(refused, remaining))?;
            add_factor(&mut *tx, enrolment, &factor).await?;
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
        let is_theirs = |e: &EnrolmentRecord| e.account == caller.account.id && e.session == caller.session().id;
        let enrolment = tx.enrolment(id).await?.filter(is_theirs).ok_or_else(refusals::enrolment_expired)?;
        if enrolment.attempts >= MAX_CONFIRMATION_ATTEMPTS {
            return Err(refusals::enrolment_ended());
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

fn pending_enrolment(api: &Api, record: &EnrolmentRecord) -> Result<PendingEnrolment> {
    let EnrolmentDetailsRecord::Authenticator { seed } = &record.details;
    let seed = decrypt_seed(api.ports.vault.as_ref(), record.account, seed)?;
    Ok(PendingEnrolment {
        id: record.id,
        account: record.account,
        session: record.session,
        details: EnrolmentDetails::Authenticator { seed },
        replaces: record.replaces,
        expires_at: record.expires_at,
    })
}

/// Turns a pending enrolment into the account's factor. Of two confirmations at once, only one finds the enrolment.
async fn add_factor(tx: &mut dyn Transaction, enrolment: &EnrolmentRecord, factor: &SecondFactor) -> Result<()> {
    tx.remove_enrolment(enrolment.id).await?.map_err(|NotFound| refusals::enrolment_expired())?;
    if let Some(replaced) = enrolment.replaces
        && tx.remove_second_factor(replaced).await? == Err(NotFound)
    {
        return Err(refusals::enrolment_expired());
    }
    let EnrolmentDetailsRecord::Authenticator { seed } = &enrolment.details;
    let SecondFactorDetails::Authenticator(Authenticator { last_step, .. }) = factor.details;
    let record = SecondFactorRecord {
        id: factor.id,
        account: factor.account,
        details: SecondFactorDetailsRecord::Authenticator { seed: seed.clone(), last_step },
        required_at_sign_in: factor.required_at_sign_in,
        enrolled_at: factor.enrolled_at,
        attempts: Attempts::default(),
        recovery_codes_saved: false,
    };
    if tx.add_second_factor(&record).await? == Insert::Duplicate {
        return Err(refusals::already_enrolled());
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
    params(("enrolment_id" = Option<String>, Query, description = "Cancels only this one")), responses(
    (status = 204, description = "Cancelled"),
    (status = 404, description = "None, or it has expired", body = Problem),
))]
pub(crate) async fn cancel(
    State(api): State<Api>,
    caller: SignedIn,
    Query(query): Query<CancelQuery>,
) -> Result<StatusCode> {
    let (ports, caller, meant) = (&api.ports, &caller, query.enrolment_id.as_ref());
    api.write(|mut tx| async move {
        let (_, credential) = AccountAccess::require_locked(&mut tx, caller, ports, Operation::CancelEnrolment).await?;
        let is_meant = |e: &EnrolmentRecord| meant.is_none_or(|id| *id == e.id.to_string());
        let now = tx.now();
        let pending = find_pending(&mut *tx, &credential.session, now).await?;
        let enrolment = pending.filter(is_meant).ok_or_else(no_enrolment)?;
        tx.remove_enrolment(enrolment.id).await?.map_err(|NotFound| no_enrolment())?;
        Ok(tx.commit(StatusCode::NO_CONTENT).await?)
    })
    .await
}
