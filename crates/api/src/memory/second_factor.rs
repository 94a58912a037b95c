//! Second factors, enrolments, recovery codes and mail codes in memory.

use async_trait::async_trait;
use padlock_domain::Timestamp;
use padlock_domain::ids::{AccountId, EnrolmentId};
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Step;

use super::store::{MemoryTransaction, updated};
use crate::ports::{
    EnrolmentRecord, Insert, MailCodeRecord, NotFound, RecoveryCodeRecord, SecondFactorRecord, SecondFactorStore,
    StoreError, Update,
};

type Result<T> = std::result::Result<T, StoreError>;

impl MemoryTransaction {
    /// The factor that came of this enrolment, to be changed.
    fn factor(&mut self, id: EnrolmentId) -> Result<Option<&mut SecondFactorRecord>> {
        Ok(self.tables_mut()?.factors.values_mut().find(|factor| factor.id == id))
    }
}

#[async_trait]
impl SecondFactorStore for MemoryTransaction {
    async fn second_factor(&mut self, account: AccountId) -> Result<Option<SecondFactorRecord>> {
        Ok(self.tables().factors.get(&account).cloned())
    }

    async fn record_attempt(&mut self, factor: EnrolmentId, were: Attempts, attempts: Attempts) -> Result<Update> {
        let row = self.factor(factor)?.filter(|row| row.attempts == were);
        Ok(updated(row.map(|row| row.attempts = attempts).is_some()))
    }

    async fn consume_step(&mut self, factor: EnrolmentId, step: Step) -> Result<Update> {
        let row = self.factor(factor)?.filter(|row| row.last_step < step);
        Ok(updated(row.map(|row| row.last_step = step).is_some()))
    }

    async fn consume_recovery_code(
        &mut self,
        account: AccountId,
        code: &RecoveryCodeRecord,
        at: Timestamp,
    ) -> Result<Update> {
        let codes = self.tables_mut()?.recovery_codes.get_mut(&account);
        let is_it =
            |row: &&mut RecoveryCodeRecord| row.number == code.number && row.code == code.code && row.used_at.is_none();
        let row = codes.and_then(|codes| codes.iter_mut().find(is_it));
        Ok(updated(row.map(|row| row.used_at = Some(at)).is_some()))
    }

    async fn clear_attempts(&mut self, factor: EnrolmentId) -> Result<std::result::Result<(), NotFound>> {
        let row = self.factor(factor)?;
        Ok(row.map(|row| row.attempts = Attempts::default()).ok_or(NotFound))
    }

    async fn add_second_factor(&mut self, factor: &SecondFactorRecord) -> Result<Insert> {
        let factors = &mut self.tables_mut()?.factors;
        if factors.contains_key(&factor.account) {
            return Ok(Insert::Duplicate);
        }
        factors.insert(factor.account, factor.clone());
        Ok(Insert::Inserted)
    }

    async fn remove_second_factor(&mut self, factor: EnrolmentId) -> Result<std::result::Result<(), NotFound>> {
        let factors = &mut self.tables_mut()?.factors;
        let before = factors.len();
        factors.retain(|_, row| row.id != factor);
        Ok((factors.len() < before).then_some(()).ok_or(NotFound))
    }

    async fn mark_recovery_codes_saved(&mut self, account: AccountId) -> Result<std::result::Result<(), NotFound>> {
        let row = self.tables_mut()?.factors.get_mut(&account);
        Ok(row.map(|row| row.codes_saved = true).ok_or(NotFound))
    }

    async fn put_enrolment(&mut self, enrolment: &EnrolmentRecord) -> Result<()> {
        self.tables_mut()?.enrolments.insert(enrolment.account, enrolment.clone());
        Ok(())
    }

    async fn enrolment(&mut self, id: EnrolmentId) -> Result<Option<EnrolmentRecord>> {
        Ok(self.tables().enrolments.values().find(|row| row.id == id).cloned())
    }

    async fn remove_enrolment(&mut self, id: EnrolmentId) -> Result<std::result::Result<(), NotFound>> {
        let enrolments = &mut self.tables_mut()?.enrolments;
        let before = enrolments.len();
        enrolments.retain(|_, row| row.id != id);
        Ok((enrolments.len() < before).then_some(()).ok_or(NotFound))
    }

    async fn recovery_codes(&mut self, account: AccountId) -> Result<Vec<RecoveryCodeRecord>> {
        Ok(self.tables().recovery_codes.get(&account).cloned().unwrap_or_default())
    }

    async fn put_recovery_codes(&mut self, account: AccountId, codes: &[RecoveryCodeRecord]) -> Result<()> {
        let tables = self.tables_mut()?;
        tables.recovery_codes.insert(account, codes.to_vec());
        // New codes are not saved by anybody yet.
        if let Some(factor) = tables.factors.get_mut(&account) {
            factor.codes_saved = false;
        }
        Ok(())
    }

    async fn mail_code(&mut self, account: AccountId) -> Result<Option<MailCodeRecord>> {
        Ok(self.tables().mail_codes.get(&account).cloned())
    }

    async fn put_mail_code(&mut self, code: &MailCodeRecord) -> Result<()> {
        self.tables_mut()?.mail_codes.insert(code.account, code.clone());
        Ok(())
    }

    async fn record_mail_code_attempt(&mut self, account: AccountId, were: u32) -> Result<Update> {
        let row = self.tables_mut()?.mail_codes.get_mut(&account).filter(|row| row.attempts == were);
        Ok(updated(row.map(|row| row.attempts += 1).is_some()))
    }

    async fn remove_mail_code(&mut self, account: AccountId) -> Result<std::result::Result<(), NotFound>> {
        Ok(self.tables_mut()?.mail_codes.remove(&account).map(drop).ok_or(NotFound))
    }
}
