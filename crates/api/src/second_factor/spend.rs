//! Spending a right code, in the transaction that does what it pays for.

use padlock_contract::second_factor::ProvedBy;
use padlock_domain::Timestamp;
use padlock_domain::account_entry::AccountEvent;
use padlock_domain::ids::EnrolmentId;
use padlock_domain::second_factor::{Act, FreshProof};
use padlock_domain::totp::{Step, seconds_left};

use super::codes::left;
use super::look::used_recovery_code;
use crate::error::{ApiError, Result};
use crate::event;
use crate::ports::{Conflict, FactorRow, RecoveryRow, Transaction};

/// How it was proved.
#[derive(Debug)]
pub(super) enum How {
    /// By the code of a step.
    Step(Step),
    /// By this recovery code.
    Recovery(RecoveryRow),
}

/// A code that is right, and worth nothing until it is spent.
#[must_use]
pub(crate) struct Proven {
    factor: FactorRow,
    how: How,
}

/// A code that was spent in the transaction that is under way.
pub(crate) struct Spent {
    /// What it was.
    pub(crate) method: ProvedBy,
    /// How many recovery codes are left.
    pub(crate) recovery_codes_left: u32,
}

impl Proven {
    pub(super) const fn new(factor: FactorRow, how: How) -> Self {
        Self { factor, how }
    }

    /// The factor that it was proved with.
    pub(crate) const fn factor(&self) -> EnrolmentId {
        self.factor.id
    }

    /// Spends it, and ends the row of wrong codes. Whoever comes second is told that it is used.
    pub(crate) async fn spend(self, tx: &mut dyn Transaction, now: Timestamp) -> Result<Spent> {
        let Self { factor, how } = self;
        let (method, spent) = match &how {
            How::Step(step) => (ProvedBy::Authenticator, tx.spend_step(factor.id, *step).await?),
            How::Recovery(code) => (ProvedBy::RecoveryCode, tx.spend_recovery_code(factor.account, code, now).await?),
        };
        // A factor that has gone in the meantime has no attempts to clear: its code is worth nothing any more.
        if spent == Conflict::Lost || tx.clear_attempts(factor.id).await? == Conflict::Lost {
            return Err(match how {
                How::Step(_) => ApiError::already_used(seconds_left(now)),
                How::Recovery(_) => used_recovery_code(),
            });
        }
        tracing::info!(event = event::SECOND_FACTOR, outcome = "right", account = %factor.account, ?method, "right code");
        let codes = tx.recovery_codes(factor.account).await?;
        Ok(Spent { method, recovery_codes_left: left(&codes) })
    }

    /// Spends it for one act: whoever does it takes the proof.
    pub(crate) async fn spend_for(
        self,
        act: Act,
        tx: &mut dyn Transaction,
        now: Timestamp,
    ) -> Result<(FreshProof, Spent)> {
        let spent = self.spend(tx, now).await?;
        Ok((FreshProof::spent_for(act), spent))
    }
}

impl Spent {
    /// What its owner has to be told of it: a recovery code is one less.
    pub(crate) fn told(&self) -> Option<AccountEvent> {
        (self.method == ProvedBy::RecoveryCode)
            .then_some(AccountEvent::RecoveryCodeUsed { left: self.recovery_codes_left })
    }

    /// How it is written down when it opens the window.
    pub(crate) fn unlocking(&self) -> AccountEvent {
        self.told().unwrap_or(AccountEvent::Unlocked)
    }
}
