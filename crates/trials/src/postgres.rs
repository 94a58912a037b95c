//! Empty PostgreSQL databases for tests, on the server that `cargo xtask test` starts.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

/// Returns the address of an empty database: of a new schema, which takes less disk space than a database.
///
/// # Panics
/// Panics if no server was started for the tests.
#[expect(clippy::disallowed_methods, reason = "the test command has no other way to tell its tests")]
pub async fn new_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("PADLOCK_TEST_POSTGRES") else {
        panic!(
            "this test needs PostgreSQL: run it with `cargo xtask test`, or start a server with `cargo xtask postgres` and \
             follow what it prints"
        )
    };
    let schema =
        format!("test_{}_{}_{:x}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed), fastrand::u64(..));
    let mut connection = PgConnection::connect(&server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
    connection.close().await.unwrap();
    format!("{server}?options[search_path]={schema}")
}
