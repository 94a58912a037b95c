//! The pools of connections.

use sqlx::any::AnyPoolOptions;
use sqlx::{Connection, Executor};

use crate::store::timeouts::BUSY_TIMEOUT;

/// Returns the options of a pool whose connections get these settings.
pub(super) fn pool(size: u32, settings: &'static [&'static str]) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(BUSY_TIMEOUT)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                for statements in settings {
                    connection.execute(sqlx::raw_sql(*statements)).await?;
                }
                Ok(())
            })
        })
        // SQLite rolls back by itself when the disk is full. sqlx does not notice and considers the connection to be in
        // a transaction for ever, so it is replaced. So is one whose transaction was not ended for another reason.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}
