//! Looking at a code: attempt first, then compared.

use padlock_contract::ErrorCode;
use padlock_domain::Timestamp;
use padlock_domain::account::Account;
use padlock_domain::account_entry::AccountEvent;
use padlock_domain::second_factor::attempts::{AttemptRefused, Attempts, BLOCK_AFTER, CodeKind, PAUSE_AFTER};
use padlock_domain::second_factor::{Authenticator, Code, CodeCheck, CodeInput, RecoveryCode};
use padlock_domain::session::{MfaChallenge, SecretHash};

use super::consume::{VerifiedBy, VerifiedCode};
use super::encryption::{decrypt_recovery_code, decrypt_seed};
use super::errors::{ended, used_recovery_code};
use crate::app_state::Api;
use crate::http::problem::ApiError;
use crate::http::problem::Result;
use crate::log_events;
use crate::notifications::{post, record};
use crate::ports::{Conflict, SecondFactorRecord, Transaction};

/// Looks at what somebody typed. At sign-in, `challenge` is attempt too, and ends with its fifth wrong code.
pub(crate) async fn verify_code(
    api: &Api,
    account: &Account,
    device: &str,
    input: &CodeInput,
    challenge: Option<&MfaChallenge>,
) -> Result<VerifiedCode> {
    let now = api.ports.now();
    let attempt = record_attempt(api, account, input, challenge.map(|w| &w.secret), now).await?;
    let checked = match input {
        CodeInput::Code(code) => check_code(api, &attempt.factor, code, now)?,
        CodeInput::RecoveryCode(code) => check_recovery_code(api, account, code).await?,
    };
    match checked {
        CheckedCode::Correct(how) => Ok(VerifiedCode::new(attempt.factor, how)),
        CheckedCode::AlreadyUsed(answer) => {
            tracing::info!(event = log_events::SECOND_FACTOR, outcome = "already_used", account = %account.id, "code used before");
            refund(api, &attempt).await?;
            Err(answer)
        }
        CheckedCode::Incorrect => Err(wrong_code(api, account, device, &attempt, now).await?),
    }
}

/// What a code turned out to be.
enum CheckedCode {
    Correct(VerifiedBy),
    /// With the answer that says so.
    AlreadyUsed(ApiError),
    Incorrect,
}

/// A try that is attempt.
struct Attempt {
    factor: SecondFactorRecord,
    attempts: Attempts,
    /// The challenge session as it is now, at sign-in.
    challenge: Option<MfaChallenge>,
}

/// Charges the try, in a commit of its own: whatever becomes of the request, it stays attempt.
async fn record_attempt(
    api: &Api,
    account: &Account,
    input: &CodeInput,
    challenge: Option<&SecretHash>,
    now: Timestamp,
) -> Result<Attempt> {
    let mut tx = api.ports.store.write().await?;
    let challenge = match challenge {
        Some(secret) => Some(record_challenge_attempt(tx.as_mut(), secret, now).await?),
        None => None,
    };
    let not_enrolled =
        || ApiError::new(ErrorCode::NotEnrolled, "No second factor is enrolled for this account. Enrol one first.");
    let factor = tx.second_factor(account.id).await?.ok_or_else(not_enrolled)?;
    let kind = match input {
        CodeInput::Code(_) => CodeKind::Code,
        CodeInput::RecoveryCode(_) => CodeKind::RecoveryCode,
    };
    let attempts = factor.attempts.record(kind, now).inspect_err(|refused| {
        tracing::warn!(event = log_events::SECOND_FACTOR, outcome = "refused", account = %account.id, ?refused, "code not looked at");
    });
    let attempts = attempts.map_err(|refused| match refused {
        AttemptRefused::Wait { until } => {
            let seconds = seconds_until(until, now);
            ApiError::wait(format!("Too many tries. You can go on in {seconds} s."), seconds)
        }
        AttemptRefused::Blocked => ApiError::new(
            ErrorCode::FactorBlocked,
            "Too many wrong codes in a row: codes are blocked. Use a recovery code, or ask Support for a reset.",
        ),
    })?;
    if tx.record_attempt(factor.id, factor.attempts, attempts).await? == Conflict::Lost {
        return Err(ApiError::busy());
    }
    tx.commit().await?;
    Ok(Attempt { factor, attempts, challenge })
}

/// A code that was right once is no guess: its try is given back, unless another has been attempt since.
async fn refund(api: &Api, attempt: &Attempt) -> Result<()> {
    let Attempt { factor, attempts, challenge } = attempt;
    let mut tx = api.ports.store.write().await?;
    let _ = tx.record_attempt(factor.id, *attempts, factor.attempts).await?;
    if let Some(challenge) = challenge {
        let _ =
            tx.record_challenge_attempt(challenge.id, challenge.attempts, challenge.attempts.saturating_sub(1)).await?;
    }
    Ok(tx.commit().await?)
}

async fn record_challenge_attempt(
    tx: &mut dyn Transaction,
    secret: &SecretHash,
    now: Timestamp,
) -> Result<MfaChallenge> {
    let challenge =
        tx.mfa_challenge(secret).await?.filter(|w| w.is_live(now) && !w.is_exhausted()).ok_or_else(ended)?;
    let attempts = challenge.attempts + 1;
    if tx.record_challenge_attempt(challenge.id, challenge.attempts, attempts).await? == Conflict::Lost {
        return Err(ApiError::busy());
    }
    Ok(MfaChallenge { attempts, ..challenge })
}

fn check_code(api: &Api, factor: &SecondFactorRecord, code: &Code, now: Timestamp) -> Result<CheckedCode> {
    let authenticator = Authenticator {
        id: factor.id,
        account: factor.account,
        seed: decrypt_seed(api.ports.vault.as_ref(), factor.account, &factor.seed)?,
        last_step: factor.last_step,
        sign_in: factor.sign_in,
        enrolled_at: factor.enrolled_at,
    };
    Ok(match authenticator.check(code, now) {
        CodeCheck::Correct(step) => CheckedCode::Correct(VerifiedBy::Step(step)),
        CodeCheck::AlreadyUsed { next_in } => CheckedCode::AlreadyUsed(ApiError::already_used(next_in)),
        CodeCheck::Incorrect => CheckedCode::Incorrect,
    })
}

/// Compares with all of them, so that the time does not tell which one it was.
async fn check_recovery_code(api: &Api, account: &Account, code: &RecoveryCode) -> Result<CheckedCode> {
    let rows = api.ports.store.read().await?.recovery_codes(account.id).await?;
    let mut found = None;
    for row in rows {
        if decrypt_recovery_code(api.ports.vault.as_ref(), account.id, row.number, &row.code)? == *code {
            found = Some(row);
        }
    }
    Ok(match found {
        Some(row) if row.used_at.is_some() => CheckedCode::AlreadyUsed(used_recovery_code()),
        Some(row) => CheckedCode::Correct(VerifiedBy::Recovery(row)),
        None => CheckedCode::Incorrect,
    })
}

/// The answer to a wrong code.
async fn wrong_code(api: &Api, account: &Account, device: &str, attempt: &Attempt, now: Timestamp) -> Result<ApiError> {
    if attempt.attempts.count == BLOCK_AFTER && !attempt.factor.attempts.is_blocked() {
        let mut tx = api.ports.store.write().await?;
        let letter = record(api, tx.as_mut(), account, device, AccountEvent::SecondFactorBlocked).await?;
        tx.commit().await?;
        tracing::warn!(event = log_events::SECOND_FACTOR_BLOCKED, account = %account.id, "a second factor is blocked");
        post(api, letter);
    }
    tracing::info!(event = log_events::SECOND_FACTOR, outcome = "wrong", account = %account.id,
        in_a_row = attempt.attempts.count, "wrong code");
    if let Some(challenge) = attempt.challenge.as_ref().filter(|w| w.is_exhausted()) {
        let mut tx = api.ports.store.write().await?;
        // Taken by another request at the same time, it has ended as well.
        let _ = tx.remove_mfa_challenge(challenge.id).await?;
        tx.commit().await?;
        return Ok(ended());
    }
    let left = attempt.attempts.remaining();
    let left = attempt.challenge.as_ref().map_or(left, |c| left.min(PAUSE_AFTER.saturating_sub(c.attempts)));
    let wait = attempt.attempts.wait_until.map(|until| seconds_until(until, now));
    Ok(ApiError::wrong_code(left, wait))
}

/// Whole seconds, at least one.
fn seconds_until(until: Timestamp, now: Timestamp) -> u64 {
    until.duration_since(now).as_millis().max(1).unsigned_abs().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}
