//! Enrolling a second factor: `POST /account/second-factor`, then its confirmation by a first right code.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use padlock_contract::second_factor::{ConfirmEnrolment, Enrolled, Enrolment, FirstBinding, NewEnrolment};
use padlock_contract::session::Method;
use padlock_contract::{ErrorCode, Problem};
use padlock_domain::access::StepUp;
use padlock_domain::account_entry::AccountEvent;
use padlock_domain::ids::EnrolmentId;
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Seed;
use padlock_domain::second_factor::{Authenticator, Code, ConfirmationError, ENROLMENT_LIFETIME, PendingAuthenticator};
use padlock_domain::session::AuthorisedWindow;

use super::mail_code;
use super::verify::{parse_code, until};
use crate::app_state::Api;
use crate::auth::errors::step_up_required;
use crate::auth::password_confirmation;
use crate::auth::session_secret::Secret;
use crate::auth::session_secret::hand_over;
use crate::auth::signed_in::SignedIn;
use crate::http::client_address::ClientAddress;
use crate::http::json::Json as Body;
use crate::http::problem::{ApiError, Result};
use crate::notifications::record;
use crate::notifications::send;
use crate::ports::{EnrolmentRecord, Insert, NotFound, SecondFactorRecord, Transaction, Update};
use crate::second_factor::encryption::decrypt_seed;
use crate::second_factor::encryption::encrypt_seed;
use crate::second_factor::errors;
use crate::second_factor::recovery_codes::first_codes;
use crate::second_factor::verify::verify_code;

/// Begins to enrol an authenticator app. Nothing is proved by it until its first code has confirmed it; another enrolment
/// that is pending ends.
#[utoipa::path(post, path = "/account/second-factor", tag = "Second factor", request_body = NewEnrolment, responses(
    (status = 201, description = "Pending", body = Enrolment),
    (status = 401, description = "`wrong_credentials`, `mail_code_required`, `fresh_code_required` or `wrong_code`", body = Problem),
    (status = 409, description = "`already_enrolled`: say `replace`, with a fresh code", body = Problem),
    (status = 422, description = "A field does not fit", body = Problem),
    (status = 429, description = "Too many tries", body = Problem),
))]
pub(crate) async fn begin(
    State(api): State<Api>,
    ClientAddress(address): ClientAddress,
    caller: SignedIn,
    Body(form): Body<NewEnrolment>,
) -> Result<Response> {
    if form.method != Method::Authenticator || form.phone.is_some() {
        return Err(ApiError::field("method", "This portal sends no text messages. Use an authenticator app."));
    }
    password_confirmation::confirm(&api, &caller.account, address, form.password.clone()).await?;
    let factor = api.ports.store.read().await?.second_factor(caller.account.id).await?;
    let now = api.ports.now();
    let seed = Seed::new(api.ports.random());
    let row = EnrolmentRecord {
        id: EnrolmentId::new(now, api.ports.random()),
        account: caller.account.id,
        session: caller.session.id,
        seed: encrypt_seed(api.ports.vault.as_ref(), caller.account.id, &seed),
        replaces: factor.as_ref().map(|factor| factor.id),
        expires_at: now.checked_add(ENROLMENT_LIFETIME).unwrap_or(now),
    };
    match factor {
        Some(_) => replace(&api, &caller, &form, &row).await?,
        None => first(&api, &caller, &form, &row).await?,
    }
    let uri = seed.otpauth_uri(&api.config.name, caller.account.login.as_str());
    let enrolment = Enrolment {
        enrolment_id: row.id.to_string(),
        expires_at: row.expires_at.into(),
        secret: seed.to_base32(),
        otpauth_uri: uri,
    };
    Ok((StatusCode::CREATED, Json(enrolment)).into_response())
}

/// A first enrolment is the weak moment: a thief with the password would enrol their own phone.
async fn first(api: &Api, caller: &SignedIn, form: &NewEnrolment, row: &EnrolmentRecord) -> Result<()> {
    let mailed = match api.config.first_binding {
        FirstBinding::Password => false,
        FirstBinding::Mail | FirstBinding::Unknown => {
            mail_code::verify(api, &caller.account, form.mail_code.as_deref()).await?;
            true
        }
    };
    let mut tx = api.ports.store.write().await?;
    caller.still_confirmed(tx.as_mut(), api.ports.now()).await?;
    if mailed && tx.remove_mail_code(caller.account.id).await? == Err(NotFound) {
        return Err(errors::mail_code_required());
    }
    tx.put_enrolment(row).await?;
    Ok(tx.commit().await?)
}

/// A factor follows another only with a fresh code of that one, or a recovery code.
async fn replace(api: &Api, caller: &SignedIn, form: &NewEnrolment, row: &EnrolmentRecord) -> Result<()> {
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
    let verified = verify_code(api, &caller.account, &caller.device(), &input, None).await?;
    if row.replaces != Some(verified.factor()) {
        return Err(ApiError::new(ErrorCode::Moved, "The second factor was changed in the meantime. Begin again."));
    }
    let mut tx = api.ports.store.write().await?;
    caller.still_confirmed(tx.as_mut(), api.ports.now()).await?;
    let consumed = verified.consume(tx.as_mut(), api.ports.now()).await?;
    tx.put_enrolment(row).await?;
    let email = match consumed.recovery_code_event() {
        Some(event) => record(api, tx.as_mut(), &caller.account, &caller.device(), event).await?,
        None => None,
    };
    tx.commit().await?;
    send(api, email);
    Ok(())
}

/// Confirms an enrolment with its first code, which is spent by it. The factor stands from here on, the authorised window is
/// open, and these are the recovery codes.
#[utoipa::path(post, path = "/account/second-factor/confirm", tag = "Second factor", request_body = ConfirmEnrolment, responses(
    (status = 200, description = "Enrolled", body = Enrolled),
    (status = 401, description = "`wrong_code`: the detail says if the phone's clock is off", body = Problem),
    (status = 410, description = "`enrolment_expired`", body = Problem),
    (status = 422, description = "Not a code", body = Problem),
))]
pub(crate) async fn confirm(
    State(api): State<Api>,
    caller: SignedIn,
    Body(form): Body<ConfirmEnrolment>,
) -> Result<Response> {
    let code: Code = form.code.parse().map_err(|_| ApiError::field("code", "A code is six digits."))?;
    let id = form.enrolment_id.parse().map_err(|_| errors::enrolment_expired())?;
    let now = api.ports.now();
    let mut tx = api.ports.store.write().await?;
    let row =
        tx.enrolment(id).await?.filter(|row| row.account == caller.account.id).ok_or_else(errors::enrolment_expired)?;
    let before = tx.second_factor(caller.account.id).await?;
    let sign_in = form.sign_in.unwrap_or_else(|| before.as_ref().is_some_and(|factor| factor.sign_in));
    let authenticator = pending(&api, &row)?.confirm(&code, caller.session.id, sign_in, now).map_err(
        |unconfirmed| match unconfirmed {
            ConfirmationError::Expired => errors::enrolment_expired(),
            ConfirmationError::WrongCode { drift } => errors::enrolment_not_confirmed(drift),
        },
    )?;
    let (secret, window) = (Secret::new(&api.ports), AuthorisedWindow::open(now));
    install(tx.as_mut(), &row, &authenticator).await?;
    let recovery_codes = first_codes(&api.ports, tx.as_mut(), &caller.account).await?;
    // A change of factor ends every window; this session's opens anew, with another secret.
    tx.close_windows(caller.account.id).await?;
    let session = &caller.session;
    if tx.open_authorised_window(session.id, &session.secret, &secret.hash(), window).await? == Update::Stale {
        return Err(ApiError::not_signed_in());
    }
    let event = match row.replaces {
        Some(_) => AccountEvent::SecondFactorReplaced,
        None => AccountEvent::SecondFactorEnrolled,
    };
    let email = record(&api, tx.as_mut(), &caller.account, &caller.device(), event).await?;
    tx.commit().await?;
    send(&api, email);
    tracing::info!(account = %caller.account.id, session = %session.id, ?event, "second factor confirmed");
    let mut enrolled = Enrolled { recovery_codes, authorised_until: until(&api, window).into(), session_token: None };
    Ok(hand_over(&api, session.kind, secret, |token| {
        enrolled.session_token = token;
        Json(enrolled).into_response()
    }))
}

fn pending(api: &Api, row: &EnrolmentRecord) -> Result<PendingAuthenticator> {
    Ok(PendingAuthenticator {
        id: row.id,
        account: row.account,
        session: row.session,
        seed: decrypt_seed(api.ports.vault.as_ref(), row.account, &row.seed)?,
        replaces: row.replaces,
        expires_at: row.expires_at,
    })
}

/// Puts the factor where it belongs: of two confirmations at once, one finds the enrolment.
async fn install(tx: &mut dyn Transaction, row: &EnrolmentRecord, authenticator: &Authenticator) -> Result<()> {
    tx.remove_enrolment(row.id).await?.map_err(|NotFound| errors::enrolment_expired())?;
    if let Some(replaced) = row.replaces
        && tx.remove_second_factor(replaced).await? == Err(NotFound)
    {
        return Err(errors::enrolment_expired());
    }
    let factor = SecondFactorRecord {
        id: authenticator.id,
        account: authenticator.account,
        seed: row.seed.clone(),
        last_step: authenticator.last_step,
        sign_in: authenticator.sign_in,
        enrolled_at: authenticator.enrolled_at,
        attempts: Attempts::default(),
        codes_saved: false,
    };
    // Another one was confirmed in the meantime.
    if tx.add_second_factor(&factor).await? == Insert::Duplicate {
        return Err(errors::already_enrolled());
    }
    Ok(())
}

/// Drops a pending enrolment: nothing has changed.
#[utoipa::path(delete, path = "/account/second-factor/enrolments/{id}", tag = "Second factor",
    params(("id" = String, Path)), responses(
    (status = 204, description = "Dropped"),
    (status = 404, description = "Unknown, ended, or not mine", body = Problem),
))]
pub(crate) async fn drop_pending(
    State(api): State<Api>,
    caller: SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let missing = || ApiError::not_found("enrolment");
    let id = id.parse().map_err(|_| missing())?;
    let mut tx = api.ports.store.write().await?;
    let row = tx.enrolment(id).await?.filter(|row| row.account == caller.account.id).ok_or_else(missing)?;
    tx.remove_enrolment(row.id).await?.map_err(|NotFound| missing())?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
