//! Consumes a verified code in the transaction that does what it authorises.

use padlock_contract::second_factor::VerificationMethod;
use padlock_domain::second_factor::totp::{Step, seconds_until_next_step};
use padlock_domain::second_factor::{Action, FreshCodeProof};
use padlock_domain::{AccountEvent, EnrolmentId};

use super::recovery_codes::count_unused;
use crate::http::Result;
use crate::log_events;
use crate::ports::{NotFound, RecoveryCodeRecord, SecondFactorRecord, Update};
use crate::refusals::second_factor as refusals;
use crate::unit_of_work::UnitOfWork;

/// What verified the second factor.
#[derive(Debug)]
pub(super) enum VerifiedBy {
    /// The code of this step.
    Step(Step),
    /// This recovery code.
    RecoveryCode(RecoveryCodeRecord),
}

/// A correct code. It authorises nothing until it is consumed.
#[must_use]
pub(super) struct VerifiedCode {
    factor: SecondFactorRecord,
    by: VerifiedBy,
}

/// A code that was consumed in the current transaction.
pub(super) struct ConsumedCode {
    pub(super) method: VerificationMethod,
    pub(super) recovery_codes_left: u32,
}

impl VerifiedCode {
    pub(super) const fn new(factor: SecondFactorRecord, by: VerifiedBy) -> Self {
        Self { factor, by }
    }

    /// Returns the id of the factor that the code belongs to.
    pub(super) const fn factor(&self) -> EnrolmentId {
        self.factor.id
    }

    /// Consumes the code and clears the count of wrong codes. Of several requests with one code, one succeeds.
    ///
    /// # Errors
    /// Returns `code_already_used` if another request was first.
    #[tracing::instrument(skip_all)]
    pub(super) async fn consume(&self, tx: &mut UnitOfWork) -> Result<ConsumedCode> {
        let Self { factor, by } = self;
        let now = tx.now();
        // A factor that was removed meanwhile has no attempts to clear; its codes are not valid any more. Its row is locked before
        // that of its kind, as in a removal.
        let removed = tx.clear_attempts(factor.id).await? == Err(NotFound);
        let consumed = match by {
            VerifiedBy::Step(step) => tx.consume_step(factor.id, *step).await?,
            VerifiedBy::RecoveryCode(code) => tx.consume_recovery_code(factor.account, code, now).await?,
        };
        if removed || consumed == Update::Stale {
            return Err(match by {
                VerifiedBy::Step(_) => refusals::code_already_used(seconds_until_next_step(now)),
                VerifiedBy::RecoveryCode(_) => refusals::recovery_code_already_used(),
            });
        }
        let codes = tx.recovery_codes(factor.account).await?;
        Ok(ConsumedCode { method: self.method(), recovery_codes_left: count_unused(&codes) })
    }

    /// Consumes the code for one action, and returns the proof that this action takes.
    ///
    /// # Errors
    /// As [`VerifiedCode::consume`].
    #[tracing::instrument(skip_all)]
    pub(super) async fn consume_for(
        &self,
        action: Action,
        tx: &mut UnitOfWork,
    ) -> Result<(FreshCodeProof, ConsumedCode)> {
        let consumed = self.consume(tx).await?;
        Ok((FreshCodeProof::for_consumed_code(action), consumed))
    }

    /// Returns what the code is of.
    fn method(&self) -> VerificationMethod {
        match self.by {
            VerifiedBy::Step(_) => self.factor.kind().into(),
            VerifiedBy::RecoveryCode(_) => VerificationMethod::RecoveryCode,
        }
    }

    /// Logs that the code was correct. Call it after the commit: a unit of work may run several times.
    pub(super) fn log(&self) {
        let (account, method) = (self.factor.account, self.method());
        tracing::info!(event = log_events::SECOND_FACTOR, outcome = "right", %account, ?method, "correct code");
    }
}

impl ConsumedCode {
    /// Returns the event that the owner is notified of, if a recovery code was consumed.
    pub(super) fn recovery_code_event(&self) -> Option<AccountEvent> {
        (self.method == VerificationMethod::RecoveryCode)
            .then_some(AccountEvent::RecoveryCodeUsed { left: self.recovery_codes_left })
    }

    /// Returns the event to record when the code opens the authorised window.
    pub(super) fn window_opened_event(&self) -> AccountEvent {
        self.recovery_code_event().unwrap_or(AccountEvent::WindowOpened)
    }
}
