//! MFA challenges in SQL: sign-ins with a correct password that still need a code.

use async_trait::async_trait;
use data_encoding::HEXLOWER;
use padlock_api::ports::{NotFound, ReadMfaChallenges, StoreResult, Update, WriteMfaChallenges};
use padlock_domain::{AccountId, MfaChallenge, SecretHash, SessionId, Timestamp};
use tracing::instrument;

use super::query::sql;
use super::row::{Columns, Row};
use super::transaction::SqlTransaction;

fn challenge(row: &Row) -> StoreResult<MfaChallenge> {
    Ok(MfaChallenge {
        id: row.parsed("id")?,
        secret_hash: SecretHash(row.hash("secret")?),
        account: row.parsed("account")?,
        kind: row.parsed("kind")?,
        user_agent: row.text("user_agent")?,
        created_at: row.time("created_at")?,
        attempts: row.unsigned("attempts")?,
    })
}

#[async_trait]
impl ReadMfaChallenges for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn mfa_challenge(&mut self, secret_hash: &SecretHash) -> StoreResult<Option<MfaChallenge>> {
        let query = sql(
            "SELECT id, secret, account, kind, user_agent, created_at, attempts FROM mfa_challenges WHERE secret = $1",
        )
        .bind(HEXLOWER.encode(&secret_hash.0));
        self.fetch_optional(query, challenge).await
    }
}

#[async_trait]
impl WriteMfaChallenges for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn add_mfa_challenge(&mut self, challenge: &MfaChallenge) -> StoreResult<()> {
        let query = sql("INSERT INTO mfa_challenges (id, secret, account, kind, user_agent, created_at, attempts)
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(challenge.id)
        .bind(HEXLOWER.encode(&challenge.secret_hash.0))
        .bind(challenge.account)
        .bind(<&str>::from(challenge.kind))
        .bind(&challenge.user_agent)
        .bind(challenge.created_at)
        .bind(challenge.attempts);
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn remove_oldest_challenges(&mut self, account: AccountId, newest: SessionId, limit: u32) -> StoreResult<()> {
        let query = sql("DELETE FROM mfa_challenges WHERE account = $1 AND id <> $2 AND id NOT IN
                 (SELECT id FROM mfa_challenges WHERE account = $1 AND id <> $2
                  ORDER BY created_at DESC, id DESC LIMIT $3)")
        .bind(account)
        .bind(newest)
        .bind(limit.saturating_sub(1));
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn save_challenge_attempts(&mut self, id: SessionId, expected: u32, attempts: u32) -> StoreResult<Update> {
        let query = sql("UPDATE mfa_challenges SET attempts = $3 WHERE id = $1 AND attempts = $2")
            .bind(id)
            .bind(expected)
            .bind(attempts);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn remove_mfa_challenge(&mut self, id: SessionId) -> StoreResult<Result<(), NotFound>> {
        self.change_existing(sql("DELETE FROM mfa_challenges WHERE id = $1").bind(id)).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn delete_expired_challenges_and_codes(&mut self, before: Timestamp) -> StoreResult<u64> {
        let mut deleted = 0;
        for statement in [
            "DELETE FROM mfa_challenges WHERE created_at < $1",
            "DELETE FROM enrolments WHERE expires_at < $1",
            "DELETE FROM mail_codes WHERE sent_at < $1",
        ] {
            deleted += self.rows_affected(sql(statement).bind(before)).await?;
        }
        Ok(deleted)
    }
}
