//! Second factors, and what happens to accounts, in memory.

use std::sync::Arc;

use async_trait::async_trait;
use padlock_domain::Timestamp;
use padlock_domain::account_entry::AccountEntry;
use padlock_domain::ids::{AccountEntryId, AccountId, EnrolmentId};
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Step;

use super::store::MemoryTransaction;
use crate::ports::{
    AccountEntryStore, Conflict, EnrolmentRecord, MailCodeRecord, RecoveryCodeRecord, SecondFactorRecord,
    SecondFactorStore, StoreError,
};

type Result<T> = std::result::Result<T, StoreError>;

impl MemoryTransaction {
    /// The factor that came of this enrolment, to be changed.
    fn factor(&mut self, id: EnrolmentId) -> Result<Option<&mut SecondFactorRecord>> {
        Ok(self.change()?.factors.values_mut().find(|factor| factor.id == id))
    }
}

/// Whether there was something to change.
pub(super) const fn found(one: bool) -> Conflict {
    if one { Conflict::None } else { Conflict::Lost }
}

#[async_trait]
impl SecondFactorStore for MemoryTransaction {
    async fn second_factor(&mut self, account: AccountId) -> Result<Option<SecondFactorRecord>> {
        Ok(self.look().factors.get(&account).cloned())
    }

    async fn record_attempt(&mut self, factor: EnrolmentId, were: Attempts, attempts: Attempts) -> Result<Conflict> {
        let row = self.factor(factor)?.filter(|row| row.attempts == were);
        Ok(found(row.map(|row| row.attempts = attempts).is_some()))
    }

    async fn consume_step(&mut self, factor: EnrolmentId, step: Step) -> Result<Conflict> {
        let row = self.factor(factor)?.filter(|row| row.last_step < step);
        Ok(found(row.map(|row| row.last_step = step).is_some()))
    }

    async fn consume_recovery_code(
        &mut self,
        account: AccountId,
        code: &RecoveryCodeRecord,
        at: Timestamp,
    ) -> Result<Conflict> {
        let codes = self.change()?.recovery_codes.get_mut(&account);
        let is_it =
            |row: &&mut RecoveryCodeRecord| row.number == code.number && row.code == code.code && row.used_at.is_none();
        let row = codes.and_then(|codes| codes.iter_mut().find(is_it));
        Ok(found(row.map(|row| row.used_at = Some(at)).is_some()))
    }

    async fn clear_attempts(&mut self, factor: EnrolmentId) -> Result<Conflict> {
        let row = self.factor(factor)?;
        Ok(found(row.map(|row| row.attempts = Attempts::default()).is_some()))
    }

    async fn add_second_factor(&mut self, factor: &SecondFactorRecord) -> Result<Conflict> {
        let factors = &mut self.change()?.factors;
        if factors.contains_key(&factor.account) {
            return Ok(Conflict::Lost);
        }
        factors.insert(factor.account, factor.clone());
        Ok(Conflict::None)
    }

    async fn remove_second_factor(&mut self, factor: EnrolmentId) -> Result<Conflict> {
        let factors = &mut self.change()?.factors;
        let before = factors.len();
        factors.retain(|_, row| row.id != factor);
        Ok(found(factors.len() < before))
    }

    async fn mark_recovery_codes_saved(&mut self, account: AccountId) -> Result<Conflict> {
        let row = self.change()?.factors.get_mut(&account);
        Ok(found(row.map(|row| row.codes_saved = true).is_some()))
    }

    async fn put_enrolment(&mut self, enrolment: &EnrolmentRecord) -> Result<()> {
        self.change()?.enrolments.insert(enrolment.account, enrolment.clone());
        Ok(())
    }

    async fn enrolment(&mut self, id: EnrolmentId) -> Result<Option<EnrolmentRecord>> {
        Ok(self.look().enrolments.values().find(|row| row.id == id).cloned())
    }

    async fn remove_enrolment(&mut self, id: EnrolmentId) -> Result<Conflict> {
        let enrolments = &mut self.change()?.enrolments;
        let before = enrolments.len();
        enrolments.retain(|_, row| row.id != id);
        Ok(found(enrolments.len() < before))
    }

    async fn recovery_codes(&mut self, account: AccountId) -> Result<Vec<RecoveryCodeRecord>> {
        Ok(self.look().recovery_codes.get(&account).cloned().unwrap_or_default())
    }

    async fn put_recovery_codes(&mut self, account: AccountId, codes: &[RecoveryCodeRecord]) -> Result<()> {
        let tables = self.change()?;
        tables.recovery_codes.insert(account, codes.to_vec());
        // New codes are not saved by anybody yet.
        if let Some(factor) = tables.factors.get_mut(&account) {
            factor.codes_saved = false;
        }
        Ok(())
    }

    async fn mail_code(&mut self, account: AccountId) -> Result<Option<MailCodeRecord>> {
        Ok(self.look().mail_codes.get(&account).cloned())
    }

    async fn put_mail_code(&mut self, code: &MailCodeRecord) -> Result<()> {
        self.change()?.mail_codes.insert(code.account, code.clone());
        Ok(())
    }

    async fn record_mail_code_attempt(&mut self, account: AccountId, were: u32) -> Result<Conflict> {
        let row = self.change()?.mail_codes.get_mut(&account).filter(|row| row.attempts == were);
        Ok(found(row.map(|row| row.attempts += 1).is_some()))
    }

    async fn remove_mail_code(&mut self, account: AccountId) -> Result<Conflict> {
        Ok(found(self.change()?.mail_codes.remove(&account).is_some()))
    }
}

#[async_trait]
impl AccountEntryStore for MemoryTransaction {
    async fn add_account_entry(&mut self, entry: &AccountEntry) -> Result<()> {
        Arc::make_mut(&mut self.change()?.account_entries).push(entry.clone());
        Ok(())
    }

    async fn notices(&mut self, account: AccountId, limit: u32) -> Result<Vec<AccountEntry>> {
        let tables = self.look();
        let told =
            |e: &&AccountEntry| e.account == account && e.event.notifies_owner() && !tables.dismissed.contains(&e.id);
        let mut notices: Vec<_> = tables.account_entries.iter().filter(told).cloned().collect();
        notices.sort_by_key(|entry| std::cmp::Reverse(entry.id));
        notices.truncate(limit as usize);
        Ok(notices)
    }

    async fn dismiss_notice(&mut self, account: AccountId, id: AccountEntryId) -> Result<Conflict> {
        let tables = self.change()?;
        let mine =
            tables.account_entries.iter().any(|e| e.id == id && e.account == account && e.event.notifies_owner());
        Ok(found(mine && tables.dismissed.insert(id)))
    }
}
