//! Second factors and recovery codes in SQL. A guarded statement ensures that a code is consumed once.

use async_trait::async_trait;
use padlock_api::ports::{
    EncryptedSecret, EnrolmentRecord, Insert, MailCodeRecord, NotFound, ReadSecondFactors, RecoveryCodeRecord,
    SecondFactorRecord, StoreResult, Update, WriteSecondFactors,
};
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Step;
use padlock_domain::{AccountId, EnrolmentId, Timestamp};
use tracing::instrument;

use super::query::sql;
use super::row::{Columns, Row};
use super::transaction::SqlTransaction;

fn factor(row: &Row) -> StoreResult<SecondFactorRecord> {
    Ok(SecondFactorRecord {
        id: row.parsed("id")?,
        account: row.parsed("account")?,
        seed: EncryptedSecret(row.text("seed")?),
        last_step: Step::from_number(row.integer("last_step")?),
        required_at_sign_in: row.flag("sign_in")?,
        enrolled_at: row.time("enrolled_at")?,
        attempts: Attempts { count: row.unsigned("attempts")?, wait_until: row.optional_time("wait_until")? },
        recovery_codes_saved: row.flag("codes_saved")?,
    })
}

macro_rules! select_enrolment {
    ($tail:literal) => {
        concat!("SELECT account, id, session, seed, replaces, expires_at, attempts FROM enrolments ", $tail)
    };
}

fn enrolment(row: &Row) -> StoreResult<EnrolmentRecord> {
    Ok(EnrolmentRecord {
        id: row.parsed("id")?,
        account: row.parsed("account")?,
        session: row.parsed("session")?,
        seed: EncryptedSecret(row.text("seed")?),
        replaces: row.optional_parsed("replaces")?,
        expires_at: row.time("expires_at")?,
        attempts: row.unsigned("attempts")?,
    })
}

fn recovery_code(row: &Row) -> StoreResult<RecoveryCodeRecord> {
    Ok(RecoveryCodeRecord {
        number: row.unsigned("number")?,
        code: EncryptedSecret(row.text("code")?),
        used_at: row.optional_time("used_at")?,
    })
}

#[async_trait]
impl ReadSecondFactors for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn second_factor(&mut self, account: AccountId) -> StoreResult<Option<SecondFactorRecord>> {
        let query = sql("SELECT account, id, seed, last_step, sign_in, enrolled_at, attempts, wait_until, codes_saved
             FROM second_factors WHERE account = $1")
        .bind(account);
        self.fetch_optional(query, factor).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn accounts_with_second_factor(&mut self) -> StoreResult<Vec<AccountId>> {
        self.fetch_all(sql("SELECT account FROM second_factors"), |row| row.parsed("account")).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn enrolment(&mut self, id: EnrolmentId) -> StoreResult<Option<EnrolmentRecord>> {
        let query = sql(select_enrolment!("WHERE id = $1")).bind(id);
        self.fetch_optional(query, enrolment).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn pending_enrolment(&mut self, account: AccountId) -> StoreResult<Option<EnrolmentRecord>> {
        let query = sql(select_enrolment!("WHERE account = $1")).bind(account);
        self.fetch_optional(query, enrolment).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn recovery_codes(&mut self, account: AccountId) -> StoreResult<Vec<RecoveryCodeRecord>> {
        let query =
            sql("SELECT number, code, used_at FROM recovery_codes WHERE account = $1 ORDER BY number").bind(account);
        self.fetch_all(query, recovery_code).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn mail_code(&mut self, account: AccountId) -> StoreResult<Option<MailCodeRecord>> {
        let query =
            sql("SELECT code, sent_at, attempts, consecutive_sends FROM mail_codes WHERE account = $1").bind(account);
        let mail_code = |row: &Row| {
            Ok(MailCodeRecord {
                account,
                code: EncryptedSecret(row.text("code")?),
                sent_at: row.time("sent_at")?,
                attempts: row.unsigned("attempts")?,
                consecutive_sends: row.unsigned("consecutive_sends")?,
            })
        };
        self.fetch_optional(query, mail_code).await
    }
}

#[async_trait]
impl WriteSecondFactors for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn save_attempts(&mut self, id: EnrolmentId, expected: Attempts, attempts: Attempts) -> StoreResult<Update> {
        let query = sql("UPDATE second_factors SET attempts = $3, wait_until = $4
             WHERE id = $1 AND attempts = $2 AND wait_until IS NOT DISTINCT FROM $5")
        .bind(id)
        .bind(expected.count)
        .bind(attempts.count)
        .bind(attempts.wait_until)
        .bind(expected.wait_until);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn consume_step(&mut self, id: EnrolmentId, step: Step) -> StoreResult<Update> {
        let query = sql("UPDATE second_factors SET last_step = $2 WHERE id = $1 AND last_step < $2")
            .bind(id)
            .bind(step.number());
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn consume_recovery_code(
        &mut self,
        account: AccountId,
        code: &RecoveryCodeRecord,
        at: Timestamp,
    ) -> StoreResult<Update> {
        // A regenerated code has the same number, but never the same ciphertext.
        let query = sql("UPDATE recovery_codes SET used_at = $4
             WHERE account = $1 AND number = $2 AND code = $3 AND used_at IS NULL")
        .bind(account)
        .bind(code.number)
        .bind(&code.code.0)
        .bind(at);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn clear_attempts(&mut self, id: EnrolmentId) -> StoreResult<Result<(), NotFound>> {
        let query = sql("UPDATE second_factors SET attempts = 0, wait_until = NULL WHERE id = $1").bind(id);
        self.change_existing(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn add_second_factor(&mut self, factor: &SecondFactorRecord) -> StoreResult<Insert> {
        let query = sql("INSERT INTO second_factors
                 (account, id, seed, last_step, sign_in, enrolled_at, attempts, wait_until, codes_saved)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account) DO NOTHING")
        .bind(factor.account)
        .bind(factor.id)
        .bind(&factor.seed.0)
        .bind(factor.last_step.number())
        .bind(factor.required_at_sign_in)
        .bind(factor.enrolled_at)
        .bind(factor.attempts.count)
        .bind(factor.attempts.wait_until)
        .bind(factor.recovery_codes_saved);
        self.insert(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn remove_second_factor(&mut self, id: EnrolmentId) -> StoreResult<Result<(), NotFound>> {
        let query = sql("DELETE FROM second_factors WHERE id = $1").bind(id);
        self.change_existing(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn mark_recovery_codes_saved(&mut self, account: AccountId) -> StoreResult<Result<(), NotFound>> {
        let query = sql("UPDATE second_factors SET codes_saved = 1 WHERE account = $1").bind(account);
        self.change_existing(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn put_enrolment(&mut self, enrolment: &EnrolmentRecord) -> StoreResult<()> {
        let query = sql("INSERT INTO enrolments (account, id, session, seed, replaces, expires_at, attempts)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (account) DO UPDATE
             SET id = excluded.id, session = excluded.session, seed = excluded.seed, replaces = excluded.replaces,
                 expires_at = excluded.expires_at, attempts = excluded.attempts")
        .bind(enrolment.account)
        .bind(enrolment.id)
        .bind(enrolment.session)
        .bind(&enrolment.seed.0)
        .bind(enrolment.replaces)
        .bind(enrolment.expires_at)
        .bind(enrolment.attempts);
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn record_enrolment_attempt(&mut self, id: EnrolmentId, expected: u32) -> StoreResult<Update> {
        let query = sql("UPDATE enrolments SET attempts = attempts + 1 WHERE id = $1 AND attempts = $2")
            .bind(id)
            .bind(expected);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn remove_enrolment(&mut self, id: EnrolmentId) -> StoreResult<Result<(), NotFound>> {
        let query = sql("DELETE FROM enrolments WHERE id = $1").bind(id);
        self.change_existing(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn put_recovery_codes(&mut self, account: AccountId, codes: &[RecoveryCodeRecord]) -> StoreResult<()> {
        let query = sql("DELETE FROM recovery_codes WHERE account = $1").bind(account);
        self.execute(query).await?;
        for row in codes {
            let query = sql("INSERT INTO recovery_codes (account, number, code, used_at) VALUES ($1, $2, $3, $4)")
                .bind(account)
                .bind(row.number)
                .bind(&row.code.0)
                .bind(row.used_at);
            self.execute(query).await?;
        }
        let query = sql("UPDATE second_factors SET codes_saved = 0 WHERE account = $1").bind(account);
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn put_mail_code(&mut self, code: &MailCodeRecord) -> StoreResult<()> {
        let query = sql("INSERT INTO mail_codes (account, code, sent_at, attempts, consecutive_sends) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (account) DO UPDATE
             SET code = excluded.code, sent_at = excluded.sent_at, attempts = excluded.attempts, consecutive_sends = excluded.consecutive_sends",
        )
        .bind(code.account)
        .bind(&code.code.0)
        .bind(code.sent_at)
        .bind(code.attempts)
        .bind(code.consecutive_sends);
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn record_mail_code_attempt(&mut self, account: AccountId, expected: u32) -> StoreResult<Update> {
        let query = sql("UPDATE mail_codes SET attempts = attempts + 1 WHERE account = $1 AND attempts = $2")
            .bind(account)
            .bind(expected);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn remove_mail_code(&mut self, account: AccountId) -> StoreResult<Result<(), NotFound>> {
        let query = sql("DELETE FROM mail_codes WHERE account = $1").bind(account);
        self.change_existing(query).await
    }
}
