//! Sessions in SQL. A session that ended has no row.

use async_trait::async_trait;
use data_encoding::HEXLOWER;
use padlock_api::ports::{NotFound, SessionStore, StoreError, Update};
use padlock_domain::Timestamp;
use padlock_domain::ids::{AccountId, SessionId};
use padlock_domain::session::{AuthorisedWindow, SecretHash, Session};

use super::SqlTransaction;
use super::row::{Columns, Row};

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, secret, account, kind, user_agent, created_at, last_seen_at, authorised_until, window_used_at
             FROM sessions ",
            $tail
        )
    };
}

fn session(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.parsed("id")?,
        secret: SecretHash(row.hash("secret")?),
        account: row.parsed("account")?,
        kind: row.parsed("kind")?,
        user_agent: row.text("user_agent")?,
        created_at: row.time("created_at")?,
        last_seen_at: row.time("last_seen_at")?,
        window: match (row.optional_time("authorised_until")?, row.optional_time("window_used_at")?) {
            (Some(until), Some(used_at)) => Some(AuthorisedWindow { until, used_at }),
            _ => None,
        },
    })
}

#[async_trait]
impl SessionStore for SqlTransaction {
    async fn session(&mut self, secret: &SecretHash) -> Result<Option<Session>, StoreError> {
        let query = sqlx::query(select!("WHERE secret = $1")).bind(HEXLOWER.encode(&secret.0));
        self.fetch_optional(query, session).await
    }

    async fn session_by_id(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let query = sqlx::query(select!("WHERE id = $1")).bind(id.to_string());
        self.fetch_optional(query, session).await
    }

    async fn sessions_of(&mut self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        let query =
            sqlx::query(select!("WHERE account = $1 ORDER BY last_seen_at DESC, id DESC")).bind(account.to_string());
        self.fetch_all(query, session).await
    }

    async fn add_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO sessions
                 (id, secret, account, kind, user_agent, created_at, last_seen_at, authorised_until, window_used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(session.id.to_string())
        .bind(HEXLOWER.encode(&session.secret.0))
        .bind(session.account.to_string())
        .bind(<&str>::from(session.kind))
        .bind(&session.user_agent)
        .bind(session.created_at.as_millisecond())
        .bind(session.last_seen_at.as_millisecond())
        .bind(session.window.map(|window| window.until.as_millisecond()))
        .bind(session.window.map(|window| window.used_at.as_millisecond()));
        self.execute(query).await
    }

    async fn update_last_seen(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
        // Never backwards: requests of one session may overtake each other.
        let query = sqlx::query("UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2")
            .bind(id.to_string())
            .bind(at.as_millisecond());
        self.execute(query).await
    }

    async fn end_session(&mut self, account: AccountId, id: SessionId) -> Result<Result<(), NotFound>, StoreError> {
        let query = sqlx::query("DELETE FROM sessions WHERE id = $1 AND account = $2")
            .bind(id.to_string())
            .bind(account.to_string());
        self.change(query).await
    }

    async fn end_other_sessions(&mut self, account: AccountId, keep: SessionId) -> Result<u64, StoreError> {
        let query = sqlx::query("DELETE FROM sessions WHERE account = $1 AND id <> $2")
            .bind(account.to_string())
            .bind(keep.to_string());
        self.rows_affected(query).await
    }

    async fn end_all_access(&mut self, account: AccountId) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM sessions WHERE account = $1",
            "DELETE FROM mfa_challenges WHERE account = $1",
            "DELETE FROM enrolments WHERE account = $1",
            "DELETE FROM mail_codes WHERE account = $1",
        ] {
            self.execute(sqlx::query(statement).bind(account.to_string())).await?;
        }
        Ok(())
    }

    async fn open_authorised_window(
        &mut self,
        id: SessionId,
        was: &SecretHash,
        secret: &SecretHash,
        window: AuthorisedWindow,
    ) -> Result<Update, StoreError> {
        let query = sqlx::query(
            "UPDATE sessions SET secret = $3, authorised_until = $4, window_used_at = $5
             WHERE id = $1 AND secret = $2",
        )
        .bind(id.to_string())
        .bind(HEXLOWER.encode(&was.0))
        .bind(HEXLOWER.encode(&secret.0))
        .bind(window.until.as_millisecond())
        .bind(window.used_at.as_millisecond());
        self.update(query).await
    }

    async fn record_window_use(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE sessions SET window_used_at = $2 WHERE id = $1 AND window_used_at < $2")
            .bind(id.to_string())
            .bind(at.as_millisecond());
        self.execute(query).await
    }

    async fn close_window(&mut self, id: SessionId) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE sessions SET authorised_until = NULL, window_used_at = NULL WHERE id = $1")
            .bind(id.to_string());
        self.execute(query).await
    }

    async fn close_windows(&mut self, account: AccountId) -> Result<(), StoreError> {
        let query =
            sqlx::query("UPDATE sessions SET authorised_until = NULL, window_used_at = NULL WHERE account = $1")
                .bind(account.to_string());
        self.execute(query).await
    }

    async fn delete_expired_sessions(
        &mut self,
        idle_before: Timestamp,
        created_before: Timestamp,
    ) -> Result<u64, StoreError> {
        let query = sqlx::query("DELETE FROM sessions WHERE last_seen_at < $1 OR created_at < $2")
            .bind(idle_before.as_millisecond())
            .bind(created_before.as_millisecond());
        self.rows_affected(query).await
    }
}
