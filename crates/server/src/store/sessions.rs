//! Sessions in SQL. Ended sessions are deleted.

use async_trait::async_trait;
use data_encoding::HEXLOWER;
use padlock_api::ports::{NotFound, ReadSessions, RowLock, StoreResult, Update, WriteSessions};
use padlock_domain::{AccountId, AuthorisedWindow, SealedWindow, SecretHash, Session, SessionId, Timestamp};
use tracing::instrument;

use super::query::sql;
use super::row::{Columns, Row};
use super::transaction::SqlTransaction;

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, secret, account, kind, user_agent, created_at, last_seen_at,
                 authorised_until, window_used_at, window_proved_at, window_seal
             FROM sessions ",
            $tail
        )
    };
}

macro_rules! close_windows {
    ($tail:literal) => {
        concat!(
            "UPDATE sessions SET authorised_until = NULL, window_used_at = NULL, window_proved_at = NULL,
                 window_seal = NULL ",
            $tail
        )
    };
}

pub(super) use close_windows;

fn session(row: &Row) -> StoreResult<Session> {
    Ok(Session {
        id: row.parsed("id")?,
        secret_hash: SecretHash(row.hash("secret")?),
        account: row.parsed("account")?,
        kind: row.parsed("kind")?,
        user_agent: row.text("user_agent")?,
        created_at: row.time("created_at")?,
        last_seen_at: row.time("last_seen_at")?,
        window: sealed_window(row)?,
    })
}

fn sealed_window(row: &Row) -> StoreResult<Option<SealedWindow>> {
    let times = (
        row.optional_time("window_proved_at")?,
        row.optional_time("authorised_until")?,
        row.optional_time("window_used_at")?,
    );
    Ok(match (times, row.optional_text("window_seal")?) {
        ((Some(proved_at), Some(until), Some(used_at)), Some(seal)) => {
            Some(SealedWindow { claimed: AuthorisedWindow { proved_at, until, used_at }, seal })
        }
        _ => None,
    })
}

#[async_trait]
impl ReadSessions for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn session(&mut self, secret_hash: &SecretHash) -> StoreResult<Option<Session>> {
        let query = sql(select!("WHERE secret = $1")).bind(HEXLOWER.encode(&secret_hash.0));
        self.fetch_optional(query, session).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn session_by_id(&mut self, id: SessionId) -> StoreResult<Option<Session>> {
        let query = sql(select!("WHERE id = $1")).bind(id);
        self.fetch_optional(query, session).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn sessions_of(&mut self, account: AccountId) -> StoreResult<Vec<Session>> {
        let query = sql(select!("WHERE account = $1 ORDER BY last_seen_at DESC, id DESC")).bind(account);
        self.fetch_all(query, session).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn any_window_proved_after(&mut self, at: Timestamp) -> StoreResult<bool> {
        self.exists(sql("SELECT 1 FROM sessions WHERE window_proved_at > $1 LIMIT 1").bind(at)).await
    }
}

#[async_trait]
impl WriteSessions for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn lock_session_row(&mut self, id: SessionId, lock: RowLock) -> StoreResult<()> {
        if !self.engine().has_concurrent_writers() {
            return Ok(());
        }
        let query = sql(match lock {
            RowLock::Shared => {
                "SELECT 1 FROM accounts JOIN sessions ON sessions.account = accounts.id WHERE sessions.id = $1
                 FOR SHARE OF accounts, sessions"
            }
            RowLock::Exclusive => {
                "SELECT 1 FROM accounts JOIN sessions ON sessions.account = accounts.id WHERE sessions.id = $1
                 FOR SHARE OF accounts FOR NO KEY UPDATE OF sessions"
            }
        });
        self.exists(query.bind(id)).await.map(drop)
    }

    #[instrument(level = "debug", skip_all)]
    async fn add_session(&mut self, session: &Session) -> StoreResult<()> {
        let query = sql("INSERT INTO sessions
                 (id, secret, account, kind, user_agent, created_at, last_seen_at, authorised_until, window_used_at,
                  window_proved_at, window_seal)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
        .bind(session.id)
        .bind(HEXLOWER.encode(&session.secret_hash.0))
        .bind(session.account)
        .bind(<&str>::from(session.kind))
        .bind(&session.user_agent)
        .bind(session.created_at)
        .bind(session.last_seen_at)
        .bind(session.window.as_ref().map(|window| window.claimed.until))
        .bind(session.window.as_ref().map(|window| window.claimed.used_at))
        .bind(session.window.as_ref().map(|window| window.claimed.proved_at))
        .bind(session.window.as_ref().map(|window| &window.seal));
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn end_oldest_sessions(&mut self, account: AccountId, newest: SessionId, limit: u32) -> StoreResult<u64> {
        let query = sql("DELETE FROM sessions WHERE account = $1 AND id <> $2 AND id NOT IN
                 (SELECT id FROM sessions WHERE account = $1 AND id <> $2 ORDER BY created_at DESC, id DESC LIMIT $3)")
        .bind(account)
        .bind(newest)
        .bind(limit.saturating_sub(1));
        self.rows_affected(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn update_last_seen(&mut self, id: SessionId, at: Timestamp) -> StoreResult<()> {
        // Requests of one session may overtake each other.
        let query = sql("UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2").bind(id).bind(at);
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn end_session(&mut self, account: AccountId, id: SessionId) -> StoreResult<Result<(), NotFound>> {
        let query = sql("DELETE FROM sessions WHERE id = $1 AND account = $2").bind(id).bind(account);
        self.change_existing(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn end_other_sessions(&mut self, account: AccountId, keep: SessionId) -> StoreResult<u64> {
        let query = sql("DELETE FROM sessions WHERE account = $1 AND id <> $2").bind(account).bind(keep);
        self.rows_affected(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn end_all_access(&mut self, account: AccountId) -> StoreResult<()> {
        for statement in [
            "DELETE FROM sessions WHERE account = $1",
            "DELETE FROM mfa_challenges WHERE account = $1",
            "DELETE FROM enrolments WHERE account = $1",
            "DELETE FROM mail_codes WHERE account = $1",
        ] {
            self.execute(sql(statement).bind(account)).await?;
        }
        Ok(())
    }

    #[instrument(level = "debug", skip_all)]
    async fn open_authorised_window(
        &mut self,
        id: SessionId,
        expected: &SecretHash,
        secret_hash: &SecretHash,
        window: &SealedWindow,
    ) -> StoreResult<Update> {
        let query = sql("UPDATE sessions
             SET secret = $3, authorised_until = $4, window_used_at = $5, window_proved_at = $6, window_seal = $7
             WHERE id = $1 AND secret = $2")
        .bind(id)
        .bind(HEXLOWER.encode(&expected.0))
        .bind(HEXLOWER.encode(&secret_hash.0))
        .bind(window.claimed.until)
        .bind(window.claimed.used_at)
        .bind(window.claimed.proved_at)
        .bind(&window.seal);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn record_window_use(&mut self, id: SessionId, at: Timestamp) -> StoreResult<()> {
        let query =
            sql("UPDATE sessions SET window_used_at = $2 WHERE id = $1 AND window_used_at < $2").bind(id).bind(at);
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn close_window(&mut self, id: SessionId) -> StoreResult<()> {
        let query = sql(close_windows!("WHERE id = $1 AND window_proved_at IS NOT NULL")).bind(id);
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn close_windows(&mut self, account: AccountId) -> StoreResult<()> {
        let query = sql(close_windows!("WHERE account = $1")).bind(account);
        self.execute(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn close_windows_proved_after(&mut self, at: Timestamp) -> StoreResult<u64> {
        let query = sql(close_windows!("WHERE window_proved_at > $1")).bind(at);
        self.rows_affected(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn delete_expired_sessions(&mut self, idle_before: Timestamp, created_before: Timestamp) -> StoreResult<u64> {
        let query = sql("DELETE FROM sessions WHERE last_seen_at < $1 OR created_at < $2")
            .bind(idle_before)
            .bind(created_before);
        self.rows_affected(query).await
    }
}
