//! Sessions in SQL. A session that ended has no row.

use async_trait::async_trait;
use padlock_api::ports::{Conflict, SessionStore, StoreError};
use padlock_domain::Timestamp;
use padlock_domain::ids::{AccountId, SessionId};
use padlock_domain::session::{AuthorisedWindow, MfaChallenge, SecretHash, Session, SessionKind};
use sqlx::sqlite::SqliteRow;

use super::columns::{Columns, damaged, hex};
use super::{Work, guarded, mfa_challenges, store_error};

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, secret, account, carrier, user_agent, created_at, last_seen_at, authorised_until, window_used_at
             FROM sessions ",
            $tail
        )
    };
}

fn session(row: &SqliteRow) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.parsed("id")?,
        secret: SecretHash(row.hash("secret")?),
        account: row.parsed("account")?,
        kind: carrier(row)?,
        user_agent: row.text("user_agent")?,
        created_at: row.time("created_at")?,
        last_seen_at: row.time("last_seen_at")?,
        window: match (row.maybe_time("authorised_until")?, row.maybe_time("window_used_at")?) {
            (Some(until), Some(used_at)) => Some(AuthorisedWindow { until, used_at }),
            _ => None,
        },
    })
}

pub(super) fn carrier(row: &SqliteRow) -> Result<SessionKind, StoreError> {
    match row.text("carrier")?.as_str() {
        "cookie" => Ok(SessionKind::Cookie),
        "bearer" => Ok(SessionKind::Bearer),
        _ => Err(damaged("carrier")),
    }
}

pub(super) const fn carrier_word(carrier: SessionKind) -> &'static str {
    match carrier {
        SessionKind::Cookie => "cookie",
        SessionKind::Bearer => "bearer",
    }
}

#[async_trait]
impl SessionStore for Work {
    async fn session(&mut self, secret: &SecretHash) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(select!("WHERE secret = $1"))
            .bind(hex(&secret.0))
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        row.as_ref().map(session).transpose()
    }

    async fn session_by_id(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(select!("WHERE id = $1"))
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        row.as_ref().map(session).transpose()
    }

    async fn sessions_of(&mut self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query(select!("WHERE account = $1 ORDER BY last_seen_at DESC, id DESC"))
            .bind(account.to_string())
            .fetch_all(self.connection())
            .await
            .map_err(store_error)?;
        rows.iter().map(session).collect()
    }

    async fn add_session(&mut self, session: &Session) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO sessions
                 (id, secret, account, carrier, user_agent, created_at, last_seen_at, authorised_until, window_used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(session.id.to_string())
        .bind(hex(&session.secret.0))
        .bind(session.account.to_string())
        .bind(carrier_word(session.kind))
        .bind(&session.user_agent)
        .bind(session.created_at.as_millisecond())
        .bind(session.last_seen_at.as_millisecond())
        .bind(session.window.map(|window| window.until.as_millisecond()))
        .bind(session.window.map(|window| window.used_at.as_millisecond()))
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn update_last_seen(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
        // Never backwards: requests of one session may overtake each other.
        sqlx::query("UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2")
            .bind(id.to_string())
            .bind(at.as_millisecond())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn end_session(&mut self, account: AccountId, id: SessionId) -> Result<Conflict, StoreError> {
        let result = sqlx::query("DELETE FROM sessions WHERE id = $1 AND account = $2")
            .bind(id.to_string())
            .bind(account.to_string())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        guarded(&result)
    }

    async fn end_other_sessions(&mut self, account: AccountId, keep: SessionId) -> Result<u64, StoreError> {
        let result = sqlx::query("DELETE FROM sessions WHERE account = $1 AND id <> $2")
            .bind(account.to_string())
            .bind(keep.to_string())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        Ok(result.rows_affected())
    }

    async fn end_all_access(&mut self, account: AccountId) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM sessions WHERE account = $1",
            "DELETE FROM waiting_sessions WHERE account = $1",
            "DELETE FROM enrolments WHERE account = $1",
            "DELETE FROM mail_codes WHERE account = $1",
        ] {
            sqlx::query(statement).bind(account.to_string()).execute(self.connection()).await.map_err(store_error)?;
        }
        Ok(())
    }

    async fn open_authorised_window(
        &mut self,
        id: SessionId,
        was: &SecretHash,
        secret: &SecretHash,
        window: AuthorisedWindow,
    ) -> Result<Conflict, StoreError> {
        let result = sqlx::query(
            "UPDATE sessions SET secret = $3, authorised_until = $4, window_used_at = $5
             WHERE id = $1 AND secret = $2",
        )
        .bind(id.to_string())
        .bind(hex(&was.0))
        .bind(hex(&secret.0))
        .bind(window.until.as_millisecond())
        .bind(window.used_at.as_millisecond())
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        guarded(&result)
    }

    async fn record_window_use(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET window_used_at = $2 WHERE id = $1 AND window_used_at < $2")
            .bind(id.to_string())
            .bind(at.as_millisecond())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn close_window(&mut self, id: SessionId) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET authorised_until = NULL, window_used_at = NULL WHERE id = $1")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn close_windows(&mut self, account: AccountId) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET authorised_until = NULL, window_used_at = NULL WHERE account = $1")
            .bind(account.to_string())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn mfa_challenge(&mut self, secret: &SecretHash) -> Result<Option<MfaChallenge>, StoreError> {
        mfa_challenges::find(self, secret).await
    }

    async fn add_mfa_challenge(&mut self, session: &MfaChallenge) -> Result<(), StoreError> {
        mfa_challenges::add(self, session).await
    }

    async fn record_challenge_attempt(
        &mut self,
        id: SessionId,
        were: u32,
        charged: u32,
    ) -> Result<Conflict, StoreError> {
        mfa_challenges::charge(self, id, were, charged).await
    }

    async fn remove_mfa_challenge(&mut self, id: SessionId) -> Result<Conflict, StoreError> {
        mfa_challenges::take(self, id).await
    }

    async fn delete_expired_pending(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        mfa_challenges::forget(self, before).await
    }

    async fn delete_expired_sessions(
        &mut self,
        idle_before: Timestamp,
        created_before: Timestamp,
    ) -> Result<u64, StoreError> {
        let result = sqlx::query("DELETE FROM sessions WHERE last_seen_at < $1 OR created_at < $2")
            .bind(idle_before.as_millisecond())
            .bind(created_before.as_millisecond())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        Ok(result.rows_affected())
    }
}
