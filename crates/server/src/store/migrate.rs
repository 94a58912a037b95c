//! Brings the tables up to date, each step in one transaction with the note that it was taken.

use padlock_api::ports::StoreError;
use sqlx::{SqliteConnection, SqlitePool};

use super::error::{failed, store_error};

/// Every step there ever was, in order. Steps are added, never changed.
const STEPS: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_skeleton.sql"),
    include_str!("../../migrations/sqlite/0002_second_factor.sql"),
    include_str!("../../migrations/sqlite/0003_activity.sql"),
    include_str!("../../migrations/sqlite/0004_operator.sql"),
];

pub(super) async fn run(pool: &SqlitePool) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(store_error)?;
    sqlx::query("CREATE TABLE IF NOT EXISTS migrations (number BIGINT NOT NULL PRIMARY KEY)")
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
    let taken = taken(&mut transaction).await?;
    if taken > STEPS.len() {
        return Err(failed("the database was made by a newer version of this server"));
    }
    for (number, sql) in (1_i64..).zip(STEPS).skip(taken) {
        sqlx::raw_sql(*sql).execute(&mut *transaction).await.map_err(store_error)?;
        sqlx::query("INSERT INTO migrations (number) VALUES ($1)")
            .bind(number)
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
    }
    transaction.commit().await.map_err(store_error)
}

/// Insists that every step was taken, and no other.
pub(super) async fn insist(pool: &SqlitePool) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await.map_err(store_error)?;
    if taken(&mut connection).await? == STEPS.len() {
        return Ok(());
    }
    Err(failed("the server that runs on it is of another version: stop it first, or use its own command"))
}

async fn taken(connection: &mut SqliteConnection) -> Result<usize, StoreError> {
    let taken: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM migrations").fetch_one(connection).await.map_err(store_error)?;
    Ok(usize::try_from(taken).unwrap_or(usize::MAX))
}
