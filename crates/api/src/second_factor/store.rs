//! Second factors in the store. Secrets come and go sealed: the store cannot read them.

use async_trait::async_trait;
use padlock_domain::Timestamp;
use padlock_domain::ids::{AccountId, EnrolmentId, SessionId};
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Step;

use crate::ports::{EncryptedSecret, Insert, NotFound, StoreError, Update};

/// A confirmed authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactorRecord {
    /// The enrolment that it came from.
    pub id: EnrolmentId,
    /// Whose it is.
    pub account: AccountId,
    /// Its seed.
    pub seed: EncryptedSecret,
    /// The last step that was accepted.
    pub last_step: Step,
    /// Whether sign-in asks for it, too.
    pub sign_in: bool,
    /// When it was confirmed.
    pub enrolled_at: Timestamp,
    /// Its tries.
    pub attempts: Attempts,
    /// Whether its owner said that the recovery codes are saved.
    pub codes_saved: bool,
}

/// An enrolment that waits for its first code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentRecord {
    /// Its id.
    pub id: EnrolmentId,
    /// Whose it is.
    pub account: AccountId,
    /// The session that began it.
    pub session: SessionId,
    /// The seed.
    pub seed: EncryptedSecret,
    /// The factor it would take the place of.
    pub replaces: Option<EnrolmentId>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A recovery code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryCodeRecord {
    /// Its number, from 1.
    pub number: u32,
    /// The code.
    pub code: EncryptedSecret,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// A mailed code; an account has at most one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailCodeRecord {
    /// Whose it is.
    pub account: AccountId,
    /// The code.
    pub code: EncryptedSecret,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Tries that were charged.
    pub attempts: u32,
    /// How many were sent in a row.
    pub consecutive_sends: u32,
}

/// Second factors and recovery codes.
#[async_trait]
pub trait SecondFactorStore {
    /// An account's factor.
    async fn second_factor(&mut self, account: AccountId) -> Result<Option<SecondFactorRecord>, StoreError>;
    /// Charges a try: saves `attempts` unless they are no longer what they `were`.
    async fn record_attempt(
        &mut self,
        factor: EnrolmentId,
        were: Attempts,
        attempts: Attempts,
    ) -> Result<Update, StoreError>;
    /// Spends a step, and all before it, unless it is spent.
    async fn consume_step(&mut self, factor: EnrolmentId, step: Step) -> Result<Update, StoreError>;
    /// Spends this recovery code unless it is spent, or another has its number by now.
    async fn consume_recovery_code(
        &mut self,
        account: AccountId,
        code: &RecoveryCodeRecord,
        at: Timestamp,
    ) -> Result<Update, StoreError>;
    /// Ends the row of wrong codes, after a right one.
    async fn clear_attempts(&mut self, factor: EnrolmentId) -> Result<Result<(), NotFound>, StoreError>;
    /// Adds a factor; [`Update::Stale`] when the account has one.
    async fn add_second_factor(&mut self, factor: &SecondFactorRecord) -> Result<Insert, StoreError>;
    /// Takes an account's factor away, if it is this one.
    async fn remove_second_factor(&mut self, factor: EnrolmentId) -> Result<Result<(), NotFound>, StoreError>;
    /// Notes that the recovery codes are saved.
    async fn mark_recovery_codes_saved(&mut self, account: AccountId) -> Result<Result<(), NotFound>, StoreError>;

    /// Adds a pending enrolment in place of the account's other, if it has one.
    async fn put_enrolment(&mut self, enrolment: &EnrolmentRecord) -> Result<(), StoreError>;
    /// A pending enrolment.
    async fn enrolment(&mut self, id: EnrolmentId) -> Result<Option<EnrolmentRecord>, StoreError>;
    /// Takes one away.
    async fn remove_enrolment(&mut self, id: EnrolmentId) -> Result<Result<(), NotFound>, StoreError>;

    /// An account's recovery codes, by number.
    async fn recovery_codes(&mut self, account: AccountId) -> Result<Vec<RecoveryCodeRecord>, StoreError>;
    /// Puts these in the place of an account's. They are not saved yet.
    async fn put_recovery_codes(&mut self, account: AccountId, codes: &[RecoveryCodeRecord]) -> Result<(), StoreError>;

    /// The code that was mailed to an account last.
    async fn mail_code(&mut self, account: AccountId) -> Result<Option<MailCodeRecord>, StoreError>;
    /// Puts this one in its place.
    async fn put_mail_code(&mut self, code: &MailCodeRecord) -> Result<(), StoreError>;
    /// Charges a try at it: one more than there `were`.
    async fn record_mail_code_attempt(&mut self, account: AccountId, were: u32) -> Result<Update, StoreError>;
    /// Takes it away: it is used.
    async fn remove_mail_code(&mut self, account: AccountId) -> Result<Result<(), NotFound>, StoreError>;
}
