//! Second factors and recovery codes in SQL. What must happen once is one guarded statement.

use async_trait::async_trait;
use padlock_api::ports::{
    Conflict, EncryptedSecret, EnrolmentRecord, MailCodeRecord, RecoveryCodeRecord, SecondFactorRecord,
    SecondFactorStore, StoreError,
};
use padlock_domain::Timestamp;
use padlock_domain::ids::{AccountId, EnrolmentId};
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Step;
use sqlx::sqlite::SqliteRow;

use super::columns::Columns;
use super::{Work, guarded, store_error};

fn factor(row: &SqliteRow) -> Result<SecondFactorRecord, StoreError> {
    Ok(SecondFactorRecord {
        id: row.parsed("id")?,
        account: row.parsed("account")?,
        seed: EncryptedSecret(row.text("seed")?),
        last_step: Step::from_number(row.integer("last_step")?),
        sign_in: row.flag("sign_in")?,
        enrolled_at: row.time("enrolled_at")?,
        attempts: Attempts { count: row.count("charged")?, wait_until: row.maybe_time("wait_until")? },
        codes_saved: row.flag("codes_saved")?,
    })
}

fn enrolment(row: &SqliteRow) -> Result<EnrolmentRecord, StoreError> {
    Ok(EnrolmentRecord {
        id: row.parsed("id")?,
        account: row.parsed("account")?,
        session: row.parsed("session")?,
        seed: EncryptedSecret(row.text("seed")?),
        replaces: row.maybe_parsed("replaces")?,
        expires_at: row.time("expires_at")?,
    })
}

fn recovery_code(row: &SqliteRow) -> Result<RecoveryCodeRecord, StoreError> {
    Ok(RecoveryCodeRecord {
        number: row.count("number")?,
        code: EncryptedSecret(row.text("code")?),
        used_at: row.maybe_time("used_at")?,
    })
}

#[async_trait]
impl SecondFactorStore for Work {
    async fn second_factor(&mut self, account: AccountId) -> Result<Option<SecondFactorRecord>, StoreError> {
        let row = sqlx::query(
            "SELECT account, id, seed, last_step, sign_in, enrolled_at, charged, wait_until, codes_saved
             FROM second_factors WHERE account = $1",
        )
        .bind(account.to_string())
        .fetch_optional(self.connection())
        .await
        .map_err(store_error)?;
        row.as_ref().map(factor).transpose()
    }

    async fn record_attempt(
        &mut self,
        id: EnrolmentId,
        were: Attempts,
        attempts: Attempts,
    ) -> Result<Conflict, StoreError> {
        let result = sqlx::query(
            "UPDATE second_factors SET charged = $3, wait_until = $4
             WHERE id = $1 AND charged = $2 AND wait_until IS NOT DISTINCT FROM $5",
        )
        .bind(id.to_string())
        .bind(i64::from(were.count))
        .bind(i64::from(attempts.count))
        .bind(attempts.wait_until.map(Timestamp::as_millisecond))
        .bind(were.wait_until.map(Timestamp::as_millisecond))
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        guarded(&result)
    }

    async fn consume_step(&mut self, id: EnrolmentId, step: Step) -> Result<Conflict, StoreError> {
        let result = sqlx::query("UPDATE second_factors SET last_step = $2 WHERE id = $1 AND last_step < $2")
            .bind(id.to_string())
            .bind(step.number())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        guarded(&result)
    }

    async fn consume_recovery_code(
        &mut self,
        account: AccountId,
        code: &RecoveryCodeRecord,
        at: Timestamp,
    ) -> Result<Conflict, StoreError> {
        // No two sealed codes are alike, so a new one with the same number is another.
        let result = sqlx::query(
            "UPDATE recovery_codes SET used_at = $4
             WHERE account = $1 AND number = $2 AND code = $3 AND used_at IS NULL",
        )
        .bind(account.to_string())
        .bind(i64::from(code.number))
        .bind(&code.code.0)
        .bind(at.as_millisecond())
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        guarded(&result)
    }

    async fn clear_attempts(&mut self, id: EnrolmentId) -> Result<Conflict, StoreError> {
        let result = sqlx::query("UPDATE second_factors SET charged = 0, wait_until = NULL WHERE id = $1")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        guarded(&result)
    }

    async fn add_second_factor(&mut self, factor: &SecondFactorRecord) -> Result<Conflict, StoreError> {
        let result = sqlx::query(
            "INSERT INTO second_factors
                 (account, id, seed, last_step, sign_in, enrolled_at, charged, wait_until, codes_saved)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account) DO NOTHING",
        )
        .bind(factor.account.to_string())
        .bind(factor.id.to_string())
        .bind(&factor.seed.0)
        .bind(factor.last_step.number())
        .bind(i64::from(factor.sign_in))
        .bind(factor.enrolled_at.as_millisecond())
        .bind(i64::from(factor.attempts.count))
        .bind(factor.attempts.wait_until.map(Timestamp::as_millisecond))
        .bind(i64::from(factor.codes_saved))
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        guarded(&result)
    }

    async fn remove_second_factor(&mut self, id: EnrolmentId) -> Result<Conflict, StoreError> {
        let result = sqlx::query("DELETE FROM second_factors WHERE id = $1")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        guarded(&result)
    }

    async fn mark_recovery_codes_saved(&mut self, account: AccountId) -> Result<Conflict, StoreError> {
        let result = sqlx::query("UPDATE second_factors SET codes_saved = 1 WHERE account = $1")
            .bind(account.to_string())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        guarded(&result)
    }

    async fn put_enrolment(&mut self, enrolment: &EnrolmentRecord) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO enrolments (account, id, session, seed, replaces, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (account) DO UPDATE
             SET id = excluded.id, session = excluded.session, seed = excluded.seed, replaces = excluded.replaces,
                 expires_at = excluded.expires_at",
        )
        .bind(enrolment.account.to_string())
        .bind(enrolment.id.to_string())
        .bind(enrolment.session.to_string())
        .bind(&enrolment.seed.0)
        .bind(enrolment.replaces.map(|id| id.to_string()))
        .bind(enrolment.expires_at.as_millisecond())
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn enrolment(&mut self, id: EnrolmentId) -> Result<Option<EnrolmentRecord>, StoreError> {
        let row = sqlx::query("SELECT account, id, session, seed, replaces, expires_at FROM enrolments WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        row.as_ref().map(enrolment).transpose()
    }

    async fn remove_enrolment(&mut self, id: EnrolmentId) -> Result<Conflict, StoreError> {
        let result = sqlx::query("DELETE FROM enrolments WHERE id = $1")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        guarded(&result)
    }

    async fn recovery_codes(&mut self, account: AccountId) -> Result<Vec<RecoveryCodeRecord>, StoreError> {
        let rows = sqlx::query("SELECT number, code, used_at FROM recovery_codes WHERE account = $1 ORDER BY number")
            .bind(account.to_string())
            .fetch_all(self.connection())
            .await
            .map_err(store_error)?;
        rows.iter().map(recovery_code).collect()
    }

    async fn put_recovery_codes(&mut self, account: AccountId, codes: &[RecoveryCodeRecord]) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM recovery_codes WHERE account = $1")
            .bind(account.to_string())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        for row in codes {
            sqlx::query("INSERT INTO recovery_codes (account, number, code, used_at) VALUES ($1, $2, $3, $4)")
                .bind(account.to_string())
                .bind(i64::from(row.number))
                .bind(&row.code.0)
                .bind(row.used_at.map(Timestamp::as_millisecond))
                .execute(self.connection())
                .await
                .map_err(store_error)?;
        }
        // New codes are not saved by anybody yet.
        sqlx::query("UPDATE second_factors SET codes_saved = 0 WHERE account = $1")
            .bind(account.to_string())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn mail_code(&mut self, account: AccountId) -> Result<Option<MailCodeRecord>, StoreError> {
        let row = sqlx::query("SELECT code, sent_at, tries, in_a_row FROM mail_codes WHERE account = $1")
            .bind(account.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        let read = |row: &SqliteRow| {
            let (code, sent_at, attempts) =
                (EncryptedSecret(row.text("code")?), row.time("sent_at")?, row.count("tries")?);
            Ok(MailCodeRecord { account, code, sent_at, attempts, consecutive_sends: row.count("in_a_row")? })
        };
        row.as_ref().map(read).transpose()
    }

    async fn put_mail_code(&mut self, code: &MailCodeRecord) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO mail_codes (account, code, sent_at, tries, in_a_row) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (account) DO UPDATE
             SET code = excluded.code, sent_at = excluded.sent_at, tries = excluded.tries, in_a_row = excluded.in_a_row",
        )
        .bind(code.account.to_string())
        .bind(&code.code.0)
        .bind(code.sent_at.as_millisecond())
        .bind(i64::from(code.attempts))
        .bind(i64::from(code.consecutive_sends))
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn record_mail_code_attempt(&mut self, account: AccountId, were: u32) -> Result<Conflict, StoreError> {
        let result = sqlx::query("UPDATE mail_codes SET tries = tries + 1 WHERE account = $1 AND tries = $2")
            .bind(account.to_string())
            .bind(i64::from(were))
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        guarded(&result)
    }

    async fn remove_mail_code(&mut self, account: AccountId) -> Result<Conflict, StoreError> {
        let result = sqlx::query("DELETE FROM mail_codes WHERE account = $1")
            .bind(account.to_string())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        guarded(&result)
    }
}
