//! Looking at a code: charged first, then compared.

use padlock_contract::ErrorCode;
use padlock_domain::Timestamp;
use padlock_domain::account::Account;
use padlock_domain::account_entry::AccountEvent;
use padlock_domain::second_factor::attempts::{Attempts, BLOCK_AFTER, PAUSE_AFTER, Refused, Tried};
use padlock_domain::second_factor::{Authenticator, Code, Proof, RecoveryCode, Verdict};
use padlock_domain::session::{SecretHash, WaitingSession};

use super::seals::open_recovery_code;
use super::spend::How;
use super::{Proven, open_seed, post, record};
use crate::error::{ApiError, Result};
use crate::event;
use crate::ports::{Conflict, FactorRow, Transaction};
use crate::state::Api;

/// Looks at what somebody typed. At sign-in, `waiting` is charged too, and ends with its fifth wrong code.
pub(crate) async fn look(
    api: &Api,
    account: &Account,
    device: &str,
    proof: &Proof,
    waiting: Option<&WaitingSession>,
) -> Result<Proven> {
    let now = api.ports.now();
    let charged = charge(api, account, proof, waiting.map(|w| &w.secret), now).await?;
    let seen = match proof {
        Proof::Code(code) => look_at_code(api, &charged.factor, code, now)?,
        Proof::Recovery(code) => look_at_recovery_code(api, account, code).await?,
    };
    match seen {
        Seen::Right(how) => Ok(Proven::new(charged.factor, how)),
        Seen::AlreadyUsed(answer) => {
            tracing::info!(event = event::SECOND_FACTOR, outcome = "already_used", account = %account.id, "code used before");
            refund(api, &charged).await?;
            Err(answer)
        }
        Seen::Wrong => Err(wrong(api, account, device, &charged, now).await?),
    }
}

/// What a code turned out to be.
enum Seen {
    Right(How),
    /// With the answer that says so.
    AlreadyUsed(ApiError),
    Wrong,
}

/// A try that is charged.
struct Charged {
    factor: FactorRow,
    attempts: Attempts,
    /// The waiting session as it is now, at sign-in.
    waiting: Option<WaitingSession>,
}

/// Charges the try, in a commit of its own: whatever becomes of the request, it stays charged.
async fn charge(
    api: &Api,
    account: &Account,
    proof: &Proof,
    waiting: Option<&SecretHash>,
    now: Timestamp,
) -> Result<Charged> {
    let mut tx = api.ports.store.write().await?;
    let waiting = match waiting {
        Some(secret) => Some(charge_waiting(tx.as_mut(), secret, now).await?),
        None => None,
    };
    let not_enrolled =
        || ApiError::new(ErrorCode::NotEnrolled, "No second factor is enrolled for this account. Enrol one first.");
    let factor = tx.second_factor(account.id).await?.ok_or_else(not_enrolled)?;
    let tried = match proof {
        Proof::Code(_) => Tried::Code,
        Proof::Recovery(_) => Tried::Recovery,
    };
    let attempts = factor.attempts.charge(tried, now).inspect_err(|refused| {
        tracing::warn!(event = event::SECOND_FACTOR, outcome = "refused", account = %account.id, ?refused, "code not looked at");
    });
    let attempts = attempts.map_err(|refused| match refused {
        Refused::Wait { until } => {
            let seconds = seconds_until(until, now);
            ApiError::wait(format!("Too many tries. You can go on in {seconds} s."), seconds)
        }
        Refused::Blocked => ApiError::new(
            ErrorCode::FactorBlocked,
            "Too many wrong codes in a row: codes are blocked. Use a recovery code, or ask Support for a reset.",
        ),
    })?;
    if tx.charge(factor.id, factor.attempts, attempts).await? == Conflict::Lost {
        return Err(ApiError::busy());
    }
    tx.commit().await?;
    Ok(Charged { factor, attempts, waiting })
}

/// A code that was right once is no guess: its try is given back, unless another has been charged since.
async fn refund(api: &Api, charged: &Charged) -> Result<()> {
    let Charged { factor, attempts, waiting } = charged;
    let mut tx = api.ports.store.write().await?;
    let _ = tx.charge(factor.id, *attempts, factor.attempts).await?;
    if let Some(waiting) = waiting {
        let _ = tx.charge_waiting_session(waiting.id, waiting.charged, waiting.charged.saturating_sub(1)).await?;
    }
    Ok(tx.commit().await?)
}

async fn charge_waiting(tx: &mut dyn Transaction, secret: &SecretHash, now: Timestamp) -> Result<WaitingSession> {
    let waiting = tx.waiting_session(secret).await?.filter(|w| w.is_live(now) && !w.is_over()).ok_or_else(ended)?;
    let charged = waiting.charged + 1;
    if tx.charge_waiting_session(waiting.id, waiting.charged, charged).await? == Conflict::Lost {
        return Err(ApiError::busy());
    }
    Ok(WaitingSession { charged, ..waiting })
}

/// A sign-in that has to begin anew.
pub(super) fn ended() -> ApiError {
    ApiError::new(ErrorCode::ChallengeEnded, "This sign-in has ended. Begin again with your password.")
}

fn look_at_code(api: &Api, factor: &FactorRow, code: &Code, now: Timestamp) -> Result<Seen> {
    let authenticator = Authenticator {
        id: factor.id,
        account: factor.account,
        seed: open_seed(api.ports.vault.as_ref(), factor.account, &factor.seed)?,
        last_step: factor.last_step,
        sign_in: factor.sign_in,
        enrolled_at: factor.enrolled_at,
    };
    Ok(match authenticator.check(code, now) {
        Verdict::Right(step) => Seen::Right(How::Step(step)),
        Verdict::AlreadyUsed { next_in } => Seen::AlreadyUsed(ApiError::already_used(next_in)),
        Verdict::Wrong => Seen::Wrong,
    })
}

/// Compares with all of them, so that the time does not tell which one it was.
async fn look_at_recovery_code(api: &Api, account: &Account, code: &RecoveryCode) -> Result<Seen> {
    let rows = api.ports.store.read().await?.recovery_codes(account.id).await?;
    let mut found = None;
    for row in rows {
        if open_recovery_code(api.ports.vault.as_ref(), account.id, row.number, &row.code)? == *code {
            found = Some(row);
        }
    }
    Ok(match found {
        Some(row) if row.used_at.is_some() => Seen::AlreadyUsed(used_recovery_code()),
        Some(row) => Seen::Right(How::Recovery(row)),
        None => Seen::Wrong,
    })
}

/// A recovery code that was struck off.
pub(super) fn used_recovery_code() -> ApiError {
    ApiError::new(ErrorCode::CodeAlreadyUsed, "That recovery code was used already. Use another one.")
}

/// The answer to a wrong code.
async fn wrong(api: &Api, account: &Account, device: &str, charged: &Charged, now: Timestamp) -> Result<ApiError> {
    if charged.attempts.charged == BLOCK_AFTER && !charged.factor.attempts.is_blocked() {
        let mut tx = api.ports.store.write().await?;
        let letter = record(api, tx.as_mut(), account, device, AccountEvent::SecondFactorBlocked).await?;
        tx.commit().await?;
        tracing::warn!(event = event::SECOND_FACTOR_BLOCKED, account = %account.id, "a second factor is blocked");
        post(api, letter);
    }
    tracing::info!(event = event::SECOND_FACTOR, outcome = "wrong", account = %account.id,
        in_a_row = charged.attempts.charged, "wrong code");
    if let Some(waiting) = charged.waiting.as_ref().filter(|w| w.is_over()) {
        let mut tx = api.ports.store.write().await?;
        // Taken by another request at the same time, it has ended as well.
        let _ = tx.take_waiting_session(waiting.id).await?;
        tx.commit().await?;
        return Ok(ended());
    }
    let left = charged.attempts.left();
    let left = charged.waiting.as_ref().map_or(left, |w| left.min(PAUSE_AFTER.saturating_sub(w.charged)));
    let wait = charged.attempts.wait_until.map(|until| seconds_until(until, now));
    Ok(ApiError::wrong_code(left, wait))
}

/// Whole seconds, at least one.
fn seconds_until(until: Timestamp, now: Timestamp) -> u64 {
    until.duration_since(now).as_millis().max(1).unsigned_abs().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}
