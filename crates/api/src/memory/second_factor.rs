//! Second factors, enrolments, recovery codes and mail codes in memory.

use async_trait::async_trait;
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Step;
use padlock_domain::{AccountId, EnrolmentId, Timestamp};

use super::store::{MemoryTransaction, update};
use crate::ports::{
    EnrolmentRecord, Insert, MailCodeRecord, NotFound, ReadSecondFactors, RecoveryCodeRecord,
    SecondFactorDetailsRecord, SecondFactorRecord, StoreResult, Update, WriteSecondFactors,
};

impl MemoryTransaction {
    fn factor_mut(&mut self, id: EnrolmentId) -> StoreResult<Option<&mut SecondFactorRecord>> {
        Ok(self.tables_mut().factors.values_mut().find(|factor| factor.id == id))
    }
}

#[async_trait]
impl ReadSecondFactors for MemoryTransaction {
    async fn second_factor(&mut self, account: AccountId) -> StoreResult<Option<SecondFactorRecord>> {
        Ok(self.tables().factors.get(&account).cloned())
    }

    async fn accounts_with_second_factor(&mut self) -> StoreResult<Vec<AccountId>> {
        Ok(self.tables().factors.keys().copied().collect())
    }

    async fn enrolment(&mut self, id: EnrolmentId) -> StoreResult<Option<EnrolmentRecord>> {
        Ok(self.tables().enrolments.values().find(|row| row.id == id).cloned())
    }

    async fn pending_enrolment(&mut self, account: AccountId) -> StoreResult<Option<EnrolmentRecord>> {
        Ok(self.tables().enrolments.get(&account).cloned())
    }

    async fn recovery_codes(&mut self, account: AccountId) -> StoreResult<Vec<RecoveryCodeRecord>> {
        Ok(self.tables().recovery_codes.get(&account).cloned().unwrap_or_default())
    }

    async fn mail_code(&mut self, account: AccountId) -> StoreResult<Option<MailCodeRecord>> {
        Ok(self.tables().mail_codes.get(&account).cloned())
    }
}

#[async_trait]
impl WriteSecondFactors for MemoryTransaction {
    async fn save_attempts(
        &mut self,
        factor: EnrolmentId,
        expected: Attempts,
        attempts: Attempts,
    ) -> StoreResult<Update> {
        let row = self.factor_mut(factor)?.filter(|row| row.attempts == expected);
        Ok(update(row, |row| row.attempts = attempts))
    }

    async fn consume_step(&mut self, factor: EnrolmentId, step: Step) -> StoreResult<Update> {
        let row = self.factor_mut(factor)?;
        let last_step = row.map(|row| match &mut row.details {
            SecondFactorDetailsRecord::Authenticator { last_step, .. } => last_step,
        });
        Ok(update(last_step.filter(|last_step| **last_step < step), |last_step| *last_step = step))
    }

    async fn consume_recovery_code(
        &mut self,
        account: AccountId,
        code: &RecoveryCodeRecord,
        at: Timestamp,
    ) -> StoreResult<Update> {
        let mut rows = self.tables_mut().recovery_codes.get_mut(&account).into_iter().flatten();
        let row = rows.find(|row| row.number == code.number && row.code == code.code && row.used_at.is_none());
        Ok(update(row, |row| row.used_at = Some(at)))
    }

    async fn clear_attempts(&mut self, factor: EnrolmentId) -> StoreResult<std::result::Result<(), NotFound>> {
        let row = self.factor_mut(factor)?;
        Ok(row.map(|row| row.attempts = Attempts::default()).ok_or(NotFound))
    }

    async fn add_second_factor(&mut self, factor: &SecondFactorRecord) -> StoreResult<Insert> {
        let factors = &mut self.tables_mut().factors;
        if factors.contains_key(&factor.account) {
            return Ok(Insert::Duplicate);
        }
        factors.insert(factor.account, factor.clone());
        Ok(Insert::Inserted)
    }

    async fn remove_second_factor(&mut self, factor: EnrolmentId) -> StoreResult<std::result::Result<(), NotFound>> {
        let factors = &mut self.tables_mut().factors;
        let before = factors.len();
        factors.retain(|_, row| row.id != factor);
        Ok((factors.len() < before).then_some(()).ok_or(NotFound))
    }

    async fn mark_recovery_codes_saved(
        &mut self,
        account: AccountId,
    ) -> StoreResult<std::result::Result<(), NotFound>> {
        let row = self.tables_mut().factors.get_mut(&account);
        Ok(row.map(|row| row.recovery_codes_saved = true).ok_or(NotFound))
    }

    async fn put_enrolment(&mut self, enrolment: &EnrolmentRecord) -> StoreResult<()> {
        self.tables_mut().enrolments.insert(enrolment.account, enrolment.clone());
        Ok(())
    }

    async fn record_enrolment_attempt(&mut self, id: EnrolmentId, expected: u32) -> StoreResult<Update> {
        let mut enrolments = self.tables_mut().enrolments.values_mut();
        let enrolment = enrolments.find(|row| row.id == id && row.attempts == expected);
        Ok(update(enrolment, |enrolment| enrolment.attempts += 1))
    }

    async fn remove_enrolment(&mut self, id: EnrolmentId) -> StoreResult<std::result::Result<(), NotFound>> {
        let enrolments = &mut self.tables_mut().enrolments;
        let before = enrolments.len();
        enrolments.retain(|_, row| row.id != id);
        Ok((enrolments.len() < before).then_some(()).ok_or(NotFound))
    }

    async fn put_recovery_codes(&mut self, account: AccountId, codes: &[RecoveryCodeRecord]) -> StoreResult<()> {
        let tables = self.tables_mut();
        tables.recovery_codes.insert(account, codes.to_vec());
        if let Some(factor) = tables.factors.get_mut(&account) {
            factor.recovery_codes_saved = false;
        }
        Ok(())
    }

    async fn put_mail_code(&mut self, code: &MailCodeRecord) -> StoreResult<()> {
        self.tables_mut().mail_codes.insert(code.account, code.clone());
        Ok(())
    }

    async fn record_mail_code_attempt(&mut self, account: AccountId, expected: u32) -> StoreResult<Update> {
        let row = self.tables_mut().mail_codes.get_mut(&account).filter(|row| row.attempts == expected);
        Ok(update(row, |row| row.attempts += 1))
    }

    async fn remove_mail_code(&mut self, account: AccountId) -> StoreResult<std::result::Result<(), NotFound>> {
        Ok(self.tables_mut().mail_codes.remove(&account).map(drop).ok_or(NotFound))
    }
}
