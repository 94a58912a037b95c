//! Second factors and recovery codes in SQL. A guarded statement ensures that a code is consumed once. Each second factor has a
//! row with what all kinds share, and one in the table of its kind.

use async_trait::async_trait;
use padlock_api::ports::{
    EncryptedSecret, EnrolmentDetailsRecord, EnrolmentRecord, Insert, MailCodeRecord, NotFound, ReadSecondFactors,
    RecoveryCodeRecord, SecondFactorDetailsRecord, SecondFactorRecord, StoreResult, Update, WriteSecondFactors,
};
use padlock_domain::second_factor::SecondFactorKind;
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Step;
use padlock_domain::{AccountId, EnrolmentId, Timestamp};
use tracing::instrument;

use super::query::sql;
use super::row::{Columns, Row};
use super::transaction::SqlTransaction;

fn factor(row: &Row) -> StoreResult<SecondFactorRecord> {
    let details = match row.parsed("kind")? {
        SecondFactorKind::Authenticator => SecondFactorDetailsRecord::Authenticator {
            seed: EncryptedSecret(row.text("seed")?),
            last_step: Step::from_number(row.integer("last_step")?),
        },
    };
    Ok(SecondFactorRecord {
        id: row.parsed("id")?,
        account: row.parsed("account")?,
        details,
        required_at_sign_in: row.flag("sign_in")?,
        enrolled_at: row.time("enrolled_at")?,
        attempts: Attempts { count: row.unsigned("attempts")?, wait_until: row.optional_time("wait_until")? },
        recovery_codes_saved: row.flag("codes_saved")?,
    })
}

macro_rules! select_enrolment {
    ($tail:literal) => {
        concat!(
            "SELECT account, id, session, kind, replaces, expires_at, attempts, seed
             FROM enrolments LEFT JOIN authenticator_enrolments ON enrolment = id ",
            $tail
        )
    };
}

fn enrolment(row: &Row) -> StoreResult<EnrolmentRecord> {
    let details = match row.parsed("kind")? {
        SecondFactorKind::Authenticator => {
            EnrolmentDetailsRecord::Authenticator { seed: EncryptedSecret(row.text("seed")?) }
        }
    };
    Ok(EnrolmentRecord {
        id: row.parsed("id")?,
        account: row.parsed("account")?,
        session: row.parsed("session")?,
        details,
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
        let query =
            sql("SELECT account, id, kind, sign_in, enrolled_at, attempts, wait_until, codes_saved, seed, last_step
             FROM second_factors LEFT JOIN authenticators ON factor = id WHERE account = $1")
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
        let query = sql("UPDATE authenticators SET last_step = $2 WHERE factor = $1 AND last_step < $2")
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
                 (account, id, kind, sign_in, enrolled_at, attempts, wait_until, codes_saved)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (account) DO NOTHING")
        .bind(factor.account)
        .bind(factor.id)
        .bind(<&str>::from(factor.kind()))
        .bind(factor.required_at_sign_in)
        .bind(factor.enrolled_at)
        .bind(factor.attempts.count)
        .bind(factor.attempts.wait_until)
        .bind(factor.recovery_codes_saved);
        if self.insert(query).await? == Insert::Duplicate {
            return Ok(Insert::Duplicate);
        }
        match &factor.details {
            SecondFactorDetailsRecord::Authenticator { seed, last_step } => {
                let query = sql("INSERT INTO authenticators (factor, seed, last_step) VALUES ($1, $2, $3)")
                    .bind(factor.id)
                    .bind(&seed.0)
                    .bind(last_step.number());
                self.execute(query).await?;
            }
        }
        Ok(Insert::Inserted)
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
        let query = sql("DELETE FROM enrolments WHERE account = $1").bind(enrolment.account);
        self.execute(query).await?;
        let query = sql("INSERT INTO enrolments (account, id, session, kind, replaces, expires_at, attempts)
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(enrolment.account)
        .bind(enrolment.id)
        .bind(enrolment.session)
        .bind(<&str>::from(enrolment.kind()))
        .bind(enrolment.replaces)
        .bind(enrolment.expires_at)
        .bind(enrolment.attempts);
        self.execute(query).await?;
        match &enrolment.details {
            EnrolmentDetailsRecord::Authenticator { seed } => {
                let query = sql("INSERT INTO authenticator_enrolments (enrolment, seed) VALUES ($1, $2)")
                    .bind(enrolment.id)
                    .bind(&seed.0);
                self.execute(query).await
            }
        }
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
