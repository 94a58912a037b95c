//! Sign-ins that wait for a code, in SQL.

use padlock_api::ports::{Conflict, StoreError};
use padlock_domain::Timestamp;
use padlock_domain::ids::SessionId;
use padlock_domain::session::{MfaChallenge, SecretHash};
use sqlx::sqlite::SqliteRow;

use super::columns::{Columns, hex};
use super::sessions::{carrier, carrier_word};
use super::{Work, guarded, store_error};

fn waiting(row: &SqliteRow) -> Result<MfaChallenge, StoreError> {
    Ok(MfaChallenge {
        id: row.parsed("id")?,
        secret: SecretHash(row.hash("secret")?),
        account: row.parsed("account")?,
        kind: carrier(row)?,
        user_agent: row.text("user_agent")?,
        created_at: row.time("created_at")?,
        attempts: row.count("charged")?,
    })
}

pub(super) async fn find(work: &mut Work, secret: &SecretHash) -> Result<Option<MfaChallenge>, StoreError> {
    let row = sqlx::query(
        "SELECT id, secret, account, carrier, user_agent, created_at, charged FROM waiting_sessions WHERE secret = $1",
    )
    .bind(hex(&secret.0))
    .fetch_optional(work.connection())
    .await
    .map_err(store_error)?;
    row.as_ref().map(waiting).transpose()
}

pub(super) async fn add(work: &mut Work, session: &MfaChallenge) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO waiting_sessions (id, secret, account, carrier, user_agent, created_at, charged)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(session.id.to_string())
    .bind(hex(&session.secret.0))
    .bind(session.account.to_string())
    .bind(carrier_word(session.kind))
    .bind(&session.user_agent)
    .bind(session.created_at.as_millisecond())
    .bind(i64::from(session.attempts))
    .execute(work.connection())
    .await
    .map_err(store_error)?;
    Ok(())
}

pub(super) async fn charge(work: &mut Work, id: SessionId, were: u32, charged: u32) -> Result<Conflict, StoreError> {
    let result = sqlx::query("UPDATE waiting_sessions SET charged = $3 WHERE id = $1 AND charged = $2")
        .bind(id.to_string())
        .bind(i64::from(were))
        .bind(i64::from(charged))
        .execute(work.connection())
        .await
        .map_err(store_error)?;
    guarded(&result)
}

pub(super) async fn take(work: &mut Work, id: SessionId) -> Result<Conflict, StoreError> {
    let result = sqlx::query("DELETE FROM waiting_sessions WHERE id = $1")
        .bind(id.to_string())
        .execute(work.connection())
        .await
        .map_err(store_error)?;
    guarded(&result)
}

pub(super) async fn forget(work: &mut Work, before: Timestamp) -> Result<u64, StoreError> {
    let mut forgotten = 0;
    for statement in [
        "DELETE FROM waiting_sessions WHERE created_at < $1",
        "DELETE FROM enrolments WHERE expires_at < $1",
        "DELETE FROM mail_codes WHERE sent_at < $1",
    ] {
        let result = sqlx::query(statement)
            .bind(before.as_millisecond())
            .execute(work.connection())
            .await
            .map_err(store_error)?;
        forgotten += result.rows_affected();
    }
    Ok(forgotten)
}
