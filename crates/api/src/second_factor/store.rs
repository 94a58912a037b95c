//! The store of second factors. Secrets are encrypted before they reach it.

use async_trait::async_trait;
use padlock_domain::second_factor::SecondFactorKind;
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Step;
use padlock_domain::{AccountId, EnrolmentId, SessionId, Timestamp};

use crate::ports::{EncryptedSecret, Insert, NotFound, StoreResult, Update};

/// A confirmed second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct SecondFactorRecord {
    /// The id of the enrolment that created it.
    pub id: EnrolmentId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The data specific to its kind.
    pub details: SecondFactorDetailsRecord,
    /// Whether sign-in requires a code, too.
    pub required_at_sign_in: bool,
    /// When it was confirmed.
    pub enrolled_at: Timestamp,
    /// The wrong codes so far.
    pub attempts: Attempts,
    /// Whether the person confirmed that the recovery codes are saved.
    pub recovery_codes_saved: bool,
}

impl SecondFactorRecord {
    /// Returns the kind of the factor.
    #[must_use]
    pub const fn kind(&self) -> SecondFactorKind {
        match self.details {
            SecondFactorDetailsRecord::Authenticator { .. } => SecondFactorKind::Authenticator,
        }
    }
}

/// The data of a confirmed second factor that is specific to its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub enum SecondFactorDetailsRecord {
    /// An authenticator app.
    Authenticator {
        /// The encrypted seed.
        seed: EncryptedSecret,
        /// The last time step whose code was accepted (RFC 6238 §5.2: a code is accepted once).
        last_step: Step,
    },
}

/// An enrolment that is not confirmed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct EnrolmentRecord {
    /// The enrolment's id.
    pub id: EnrolmentId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The session that began it; only this session can confirm it.
    pub session: SessionId,
    /// The data specific to the kind of the factor.
    pub details: EnrolmentDetailsRecord,
    /// The factor that it replaces, if any.
    pub replaces: Option<EnrolmentId>,
    /// When it expires.
    pub expires_at: Timestamp,
    /// How many codes were tried to confirm it.
    pub attempts: u32,
}

impl EnrolmentRecord {
    /// Returns the kind of the factor that is enrolled.
    #[must_use]
    pub const fn kind(&self) -> SecondFactorKind {
        match self.details {
            EnrolmentDetailsRecord::Authenticator { .. } => SecondFactorKind::Authenticator,
        }
    }
}

/// The data of an enrolment that is specific to the kind of the factor.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub enum EnrolmentDetailsRecord {
    /// An authenticator app.
    Authenticator {
        /// The encrypted seed.
        seed: EncryptedSecret,
    },
}

/// A recovery code.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct RecoveryCodeRecord {
    /// The code's number within the account, from 1.
    pub number: u32,
    /// The encrypted code.
    pub code: EncryptedSecret,
    /// When it was used, if it was.
    pub used_at: Option<Timestamp>,
}

/// A code sent by email; an account has at most one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct MailCodeRecord {
    /// The account that it belongs to.
    pub account: AccountId,
    /// The encrypted code.
    pub code: EncryptedSecret,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// How many attempts were recorded.
    pub attempts: u32,
    /// How many codes were sent in a row without one being used.
    pub consecutive_sends: u32,
}

/// Queries of second factors, enrolments, recovery codes and mail codes.
#[async_trait]
pub trait ReadSecondFactors {
    /// Returns the account's confirmed factor, if any.
    async fn second_factor(&mut self, account: AccountId) -> StoreResult<Option<SecondFactorRecord>>;
    /// Returns the accounts that have a confirmed factor, in any order.
    async fn accounts_with_second_factor(&mut self) -> StoreResult<Vec<AccountId>>;
    /// Returns a pending enrolment, expired or not.
    async fn enrolment(&mut self, id: EnrolmentId) -> StoreResult<Option<EnrolmentRecord>>;
    /// Returns the account's pending enrolment, expired or not.
    async fn pending_enrolment(&mut self, account: AccountId) -> StoreResult<Option<EnrolmentRecord>>;
    /// Returns the account's recovery codes, ordered by number.
    async fn recovery_codes(&mut self, account: AccountId) -> StoreResult<Vec<RecoveryCodeRecord>>;
    /// Returns the code that was last sent to the account.
    async fn mail_code(&mut self, account: AccountId) -> StoreResult<Option<MailCodeRecord>>;
}

/// Statements on second factors, enrolments, recovery codes and mail codes.
#[async_trait]
pub trait WriteSecondFactors {
    /// Saves `attempts`; [`Update::Stale`] when the stored ones are not `expected`.
    async fn save_attempts(
        &mut self,
        factor: EnrolmentId,
        expected: Attempts,
        attempts: Attempts,
    ) -> StoreResult<Update>;
    /// Marks a time step of an authenticator app and all before it as used; [`Update::Stale`] when it is used already.
    async fn consume_step(&mut self, factor: EnrolmentId, step: Step) -> StoreResult<Update>;
    /// Marks a recovery code as used; [`Update::Stale`] when it is used already or was replaced.
    async fn consume_recovery_code(
        &mut self,
        account: AccountId,
        code: &RecoveryCodeRecord,
        at: Timestamp,
    ) -> StoreResult<Update>;
    /// Resets the wrong codes after a correct one.
    async fn clear_attempts(&mut self, factor: EnrolmentId) -> StoreResult<Result<(), NotFound>>;
    /// Adds a factor; [`Insert::Duplicate`] when the account has one.
    async fn add_second_factor(&mut self, factor: &SecondFactorRecord) -> StoreResult<Insert>;
    /// Removes a factor.
    async fn remove_second_factor(&mut self, factor: EnrolmentId) -> StoreResult<Result<(), NotFound>>;
    /// Sets [`SecondFactorRecord::recovery_codes_saved`].
    async fn mark_recovery_codes_saved(&mut self, account: AccountId) -> StoreResult<Result<(), NotFound>>;
    /// Adds a pending enrolment and removes the account's previous one.
    async fn put_enrolment(&mut self, enrolment: &EnrolmentRecord) -> StoreResult<()>;
    /// Counts one more attempt to confirm an enrolment; [`Update::Stale`] when the stored number is not `expected`.
    async fn record_enrolment_attempt(&mut self, id: EnrolmentId, expected: u32) -> StoreResult<Update>;
    /// Removes a pending enrolment.
    async fn remove_enrolment(&mut self, id: EnrolmentId) -> StoreResult<Result<(), NotFound>>;
    /// Replaces the account's recovery codes and clears [`SecondFactorRecord::recovery_codes_saved`].
    async fn put_recovery_codes(&mut self, account: AccountId, codes: &[RecoveryCodeRecord]) -> StoreResult<()>;
    /// Adds a mail code and removes the account's previous one.
    async fn put_mail_code(&mut self, code: &MailCodeRecord) -> StoreResult<()>;
    /// Counts one more attempt at the mail code; [`Update::Stale`] when the stored number is not `expected`.
    async fn record_mail_code_attempt(&mut self, account: AccountId, expected: u32) -> StoreResult<Update>;
    /// Removes the account's mail code.
    async fn remove_mail_code(&mut self, account: AccountId) -> StoreResult<Result<(), NotFound>>;
}
