//! Verifies a code or a recovery code. The attempt is recorded first, then the code is compared.

use padlock_domain::account_entry::NOTIFY_AFTER_WRONG_CODES;
use padlock_domain::second_factor::attempts::{AttemptRefused, Attempts, BLOCK_AFTER, CodeKind};
use padlock_domain::second_factor::{Authenticator, Code, CodeInput, CodeVerification, InvalidCodeInput, RecoveryCode};
use padlock_domain::session::MAX_CHALLENGE_ATTEMPTS;
use padlock_domain::{Account, AccountEvent, AuthorisedWindow, MfaChallenge, SecretHash, Timestamp};

use super::consume::{VerifiedBy, VerifiedCode};
use super::encryption::{decrypt_recovery_code, decrypt_seed};
use crate::app_state::Api;
use crate::http::{ApiError, Result};
use crate::log_events;
use crate::notifications::record;
use crate::ports::{SecondFactorDetailsRecord, SecondFactorRecord};
use crate::refusals::access::seconds_until;
use crate::refusals::second_factor::{self as refusals, Reveal};
use crate::unit_of_work::UnitOfWork;

/// Verifies what a person typed. At sign-in the attempt counts for `challenge` too, which ends with its fifth wrong code.
///
/// # Errors
/// Returns the response to a wrong, used or refused code.
#[tracing::instrument(skip_all)]
pub(super) async fn verify_code(
    api: &Api,
    account: &Account,
    device: &str,
    input: &CodeInput,
    challenge: Option<&MfaChallenge>,
    reveal: Reveal,
) -> Result<VerifiedCode> {
    let now = api.ports.now();
    let attempt = record_attempt(api, account, input, challenge.map(|challenge| &challenge.secret_hash)).await?;
    let checked = match input {
        CodeInput::Code(code) => check_code(api, &attempt.factor, code, now)?,
        CodeInput::RecoveryCode(code) => check_recovery_code(api, account, code).await?,
    };
    match checked {
        VerificationOutcome::Correct(by) => Ok(VerifiedCode::new(attempt.factor, by)),
        VerificationOutcome::AlreadyUsed(error) if reveal == Reveal::UsedCodes => {
            tracing::info!(event = log_events::SECOND_FACTOR, outcome = "already_used", account = %account.id, "used code");
            undo_attempt(api, &attempt).await?;
            Err(error)
        }
        VerificationOutcome::AlreadyUsed(_) | VerificationOutcome::Incorrect => {
            Err(handle_incorrect_code(api, account, device, &attempt, reveal, now).await?)
        }
    }
}

/// Parses the code in a field or header. Anything that is neither a code nor a recovery code is not counted as an attempt.
pub(super) fn parse_code(field: &str, text: &str) -> Result<CodeInput> {
    text.parse().map_err(|error: InvalidCodeInput| ApiError::field(field, error.to_string()))
}

/// The result of comparing a code.
enum VerificationOutcome {
    Correct(VerifiedBy),
    AlreadyUsed(ApiError),
    Incorrect,
}

/// A recorded attempt.
struct Attempt {
    /// The factor before the attempt.
    factor: SecondFactorRecord,
    /// The factor's attempts including this one.
    attempts: Attempts,
    /// The MFA challenge including this attempt, at sign-in.
    challenge: Option<MfaChallenge>,
}

/// Records the attempt in a transaction of its own, so that it stays recorded whatever becomes of the request.
async fn record_attempt(
    api: &Api,
    account: &Account,
    input: &CodeInput,
    challenge: Option<&SecretHash>,
) -> Result<Attempt> {
    let kind = match input {
        CodeInput::Code(_) => CodeKind::Code,
        CodeInput::RecoveryCode(_) => CodeKind::RecoveryCode,
    };
    api.write(|mut tx| async move {
        let now = tx.now();
        let challenge = match challenge {
            Some(secret_hash) => Some(save_challenge_attempts(&mut tx, secret_hash, now).await?),
            None => None,
        };
        let factor = tx.second_factor(account.id).await?.ok_or_else(refusals::not_enrolled)?;
        let attempts = factor.attempts.record(kind, now).map_err(|refused| attempt_refused(account, refused, now))?;
        tx.save_attempts(factor.id, factor.attempts, attempts).await?.applied_or_else(ApiError::busy)?;
        Ok(tx.commit(Attempt { factor, attempts, challenge }).await?)
    })
    .await
}

fn attempt_refused(account: &Account, refused: AttemptRefused, now: Timestamp) -> ApiError {
    tracing::warn!(event = log_events::SECOND_FACTOR, outcome = "refused", account = %account.id, ?refused, "code refused");
    refusals::attempt_refused(refused, now)
}

async fn save_challenge_attempts(
    tx: &mut UnitOfWork,
    secret_hash: &SecretHash,
    now: Timestamp,
) -> Result<MfaChallenge> {
    let challenge = tx.mfa_challenge(secret_hash).await?.filter(|found| found.is_live(now) && !found.is_exhausted());
    let challenge = challenge.ok_or_else(refusals::challenge_ended)?;
    let attempts = challenge.attempts + 1;
    tx.save_challenge_attempts(challenge.id, challenge.attempts, attempts).await?.applied_or_else(ApiError::busy)?;
    Ok(MfaChallenge { attempts, ..challenge })
}

/// Reverts the attempt unless a later one was recorded. A code that was already used is not a guess.
async fn undo_attempt(api: &Api, attempt: &Attempt) -> Result<()> {
    let Attempt { factor, attempts, challenge } = attempt;
    api.write(|mut tx| async move {
        let _ = tx.save_attempts(factor.id, *attempts, factor.attempts).await?;
        if let Some(MfaChallenge { id, attempts, .. }) = challenge {
            let _ = tx.save_challenge_attempts(*id, *attempts, attempts.saturating_sub(1)).await?;
        }
        Ok(tx.commit(()).await?)
    })
    .await
}

fn check_code(api: &Api, factor: &SecondFactorRecord, code: &Code, now: Timestamp) -> Result<VerificationOutcome> {
    let SecondFactorDetailsRecord::Authenticator { seed, last_step } = &factor.details;
    let seed = decrypt_seed(api.ports.vault.as_ref(), factor.account, seed)?;
    let authenticator = Authenticator { seed, last_step: *last_step };
    Ok(match authenticator.verify(code, now) {
        CodeVerification::Correct(step) => VerificationOutcome::Correct(VerifiedBy::Step(step)),
        CodeVerification::AlreadyUsed { next_in_seconds } => {
            VerificationOutcome::AlreadyUsed(refusals::code_already_used(next_in_seconds))
        }
        CodeVerification::Incorrect => VerificationOutcome::Incorrect,
    })
}

/// Compares with every recovery code, so that the time taken does not reveal which one matched.
async fn check_recovery_code(api: &Api, account: &Account, code: &RecoveryCode) -> Result<VerificationOutcome> {
    let mut found = None;
    for record in api.ports.store.read().await?.recovery_codes(account.id).await? {
        if decrypt_recovery_code(api.ports.vault.as_ref(), account.id, record.number, &record.code)? == *code {
            found = Some(record);
        }
    }
    Ok(match found {
        Some(record) if record.used_at.is_some() => {
            VerificationOutcome::AlreadyUsed(refusals::recovery_code_already_used())
        }
        Some(record) => VerificationOutcome::Correct(VerifiedBy::RecoveryCode(record)),
        None => VerificationOutcome::Incorrect,
    })
}

/// Handles a wrong code: notifies the owner of a blocked factor, ends an exhausted challenge, and returns the response.
async fn handle_incorrect_code(
    api: &Api,
    account: &Account,
    device: &str,
    attempt: &Attempt,
    reveal: Reveal,
    now: Timestamp,
) -> Result<ApiError> {
    // Every count is recorded once, so that the owner is notified once.
    let event = match attempt.attempts.count {
        NOTIFY_AFTER_WRONG_CODES => Some(AccountEvent::WrongCodes),
        BLOCK_AFTER if !attempt.factor.attempts.is_blocked() => Some(AccountEvent::SecondFactorBlocked),
        _ => None,
    };
    if let Some(event) = event {
        api.write(|mut tx| async move {
            record(&mut tx, account, device, event).await?;
            tx.commit(()).await
        })
        .await?;
    }
    if event == Some(AccountEvent::SecondFactorBlocked) {
        tracing::warn!(event = log_events::SECOND_FACTOR_BLOCKED, account = %account.id, "a second factor is blocked");
    }
    let in_a_row = attempt.attempts.count;
    tracing::info!(event = log_events::SECOND_FACTOR, outcome = "wrong", account = %account.id, in_a_row, "wrong code");
    if let Some(challenge) = attempt.challenge.as_ref().filter(|challenge| challenge.is_exhausted()) {
        api.write(|mut tx| async move {
            // Another request may have removed it at the same time.
            let _ = tx.remove_mfa_challenge(challenge.id).await?;
            tx.commit(()).await
        })
        .await?;
        return Ok(refusals::challenge_ended());
    }
    let mut remaining = attempt.attempts.remaining(now);
    if let Some(challenge) = &attempt.challenge {
        remaining = remaining.min(MAX_CHALLENGE_ATTEMPTS.saturating_sub(challenge.attempts));
    }
    let wait = attempt.attempts.wait_until.map(|until| seconds_until(until, now));
    Ok(refusals::wrong_code(reveal, remaining, wait))
}

/// Returns when a window that was just opened ends if no padlocked operation follows.
pub(super) fn window_end(api: &Api, window: AuthorisedWindow) -> Timestamp {
    window.authorised_until(api.config.window_idle_timeout, window.used_at).unwrap_or(window.until)
}
