//! Spending a right code, in the transaction that does what it pays for.

use padlock_contract::second_factor::VerificationMethod;
use padlock_domain::Timestamp;
use padlock_domain::account_entry::AccountEvent;
use padlock_domain::ids::EnrolmentId;
use padlock_domain::second_factor::totp::{Step, seconds_left};
use padlock_domain::second_factor::{Action, FreshCodeProof};

use super::errors::used_recovery_code;
use super::recovery_codes::left;
use crate::http::problem::ApiError;
use crate::http::problem::Result;
use crate::log_events;
use crate::ports::{Conflict, RecoveryCodeRecord, SecondFactorRecord, Transaction};

/// How it was proved.
#[derive(Debug)]
pub(super) enum VerifiedBy {
    /// By the code of a step.
    Step(Step),
    /// By this recovery code.
    Recovery(RecoveryCodeRecord),
}

/// A code that is right, and worth nothing until it is consumed.
#[must_use]
pub(crate) struct VerifiedCode {
    factor: SecondFactorRecord,
    how: VerifiedBy,
}

/// A code that was spent in the transaction that is under way.
pub(crate) struct ConsumedCode {
    /// What it was.
    pub(crate) method: VerificationMethod,
    /// How many recovery codes are left.
    pub(crate) recovery_codes_left: u32,
}

impl VerifiedCode {
    pub(super) const fn new(factor: SecondFactorRecord, how: VerifiedBy) -> Self {
        Self { factor, how }
    }

    /// The factor that it was proved with.
    pub(crate) const fn factor(&self) -> EnrolmentId {
        self.factor.id
    }

    /// Spends it, and ends the row of wrong codes. Whoever comes second is told that it is used.
    pub(crate) async fn consume(self, tx: &mut dyn Transaction, now: Timestamp) -> Result<ConsumedCode> {
        let Self { factor, how } = self;
        let (method, consumed) = match &how {
            VerifiedBy::Step(step) => (VerificationMethod::Authenticator, tx.consume_step(factor.id, *step).await?),
            VerifiedBy::Recovery(code) => {
                (VerificationMethod::RecoveryCode, tx.consume_recovery_code(factor.account, code, now).await?)
            }
        };
        // A factor that has gone in the meantime has no attempts to clear: its code is worth nothing any more.
        if consumed == Conflict::Lost || tx.clear_attempts(factor.id).await? == Conflict::Lost {
            return Err(match how {
                VerifiedBy::Step(_) => ApiError::already_used(seconds_left(now)),
                VerifiedBy::Recovery(_) => used_recovery_code(),
            });
        }
        tracing::info!(event = log_events::SECOND_FACTOR, outcome = "right", account = %factor.account, ?method, "right code");
        let codes = tx.recovery_codes(factor.account).await?;
        Ok(ConsumedCode { method, recovery_codes_left: left(&codes) })
    }

    /// Spends it for one act: whoever does it takes the proof.
    pub(crate) async fn consume_for(
        self,
        act: Action,
        tx: &mut dyn Transaction,
        now: Timestamp,
    ) -> Result<(FreshCodeProof, ConsumedCode)> {
        let consumed = self.consume(tx, now).await?;
        Ok((FreshCodeProof::for_consumed_code(act), consumed))
    }
}

impl ConsumedCode {
    /// What its owner has to be told of it: a recovery code is one less.
    pub(crate) fn told(&self) -> Option<AccountEvent> {
        (self.method == VerificationMethod::RecoveryCode)
            .then_some(AccountEvent::RecoveryCodeUsed { left: self.recovery_codes_left })
    }

    /// How it is written down when it opens the window.
    pub(crate) fn unlocking(&self) -> AccountEvent {
        self.told().unwrap_or(AccountEvent::Unlocked)
    }
}
