//! Sessions in SQL. A session that ended has no row.

use async_trait::async_trait;
use padlock_api::ports::{Conflict, Sessions, StoreError};
use padlock_domain::Timestamp;
use padlock_domain::ids::{AccountId, SessionId};
use padlock_domain::session::{Carrier, SecretHash, Session};
use sqlx::sqlite::SqliteRow;

use super::columns::{Columns, damaged, hex};
use super::{Work, guarded, store_error};

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, secret, account, carrier, user_agent, created_at, last_seen_at, authorised_until FROM sessions ",
            $tail
        )
    };
}

fn session(row: &SqliteRow) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.parsed("id")?,
        secret: SecretHash(row.hash("secret")?),
        account: row.parsed("account")?,
        carrier: match row.text("carrier")?.as_str() {
            "cookie" => Carrier::Cookie,
            "bearer" => Carrier::Bearer,
            _ => return Err(damaged("carrier")),
        },
        user_agent: row.text("user_agent")?,
        created_at: row.time("created_at")?,
        last_seen_at: row.time("last_seen_at")?,
        authorised_until: row.maybe_time("authorised_until")?,
    })
}

#[async_trait]
impl Sessions for Work {
    async fn session(&mut self, secret: &SecretHash) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(select!("WHERE secret = $1"))
            .bind(hex(&secret.0))
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
                 (id, secret, account, carrier, user_agent, created_at, last_seen_at, authorised_until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(session.id.to_string())
        .bind(hex(&session.secret.0))
        .bind(session.account.to_string())
        .bind(match session.carrier {
            Carrier::Cookie => "cookie",
            Carrier::Bearer => "bearer",
        })
        .bind(&session.user_agent)
        .bind(session.created_at.as_millisecond())
        .bind(session.last_seen_at.as_millisecond())
        .bind(session.authorised_until.map(Timestamp::as_millisecond))
        .execute(self.connection())
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn touch_session(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
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

    async fn forget_sessions(&mut self, idle_before: Timestamp, created_before: Timestamp) -> Result<u64, StoreError> {
        let result = sqlx::query("DELETE FROM sessions WHERE last_seen_at < $1 OR created_at < $2")
            .bind(idle_before.as_millisecond())
            .bind(created_before.as_millisecond())
            .execute(self.connection())
            .await
            .map_err(store_error)?;
        Ok(result.rows_affected())
    }
}
