//! Brings the tables up to date, each step in one transaction with the note that it was taken.

use padlock_api::ports::StoreError;
use sqlx::SqlitePool;

use super::failure::{failed, store_error};

/// Every step there ever was, in order. Steps are added, never changed.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_skeleton.sql"),
    include_str!("migrations/0002_second_factor.sql"),
    include_str!("migrations/0003_activity.sql"),
];

pub(super) async fn run(pool: &SqlitePool) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(store_error)?;
    sqlx::query("CREATE TABLE IF NOT EXISTS migrations (number BIGINT NOT NULL PRIMARY KEY)")
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
    let taken: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM migrations")
        .fetch_one(&mut *transaction)
        .await
        .map_err(store_error)?;
    let taken = usize::try_from(taken).unwrap_or(usize::MAX);
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
