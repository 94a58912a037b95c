//! Empty PostgreSQL databases for tests, on the server that `cargo xtask test` starts.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

/// Returns the address of an empty database on the server of the tests.
///
/// # Panics
/// Panics if no server was started for the tests.
#[expect(clippy::disallowed_methods, reason = "the test command has no other way to tell its tests")]
pub async fn new_database() -> String {
    let Ok(server) = std::env::var("PADLOCK_TEST_POSTGRES") else {
        panic!(
            "this test needs PostgreSQL: run it with `cargo xtask test`, or start a server with `cargo xtask postgres` and \
             follow what it prints"
        )
    };
    new_database_on(&server).await
}

/// Returns the address of an empty database on a server: of a new schema, which takes less disk space than a database.
pub async fn new_database_on(server: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let schema =
        format!("test_{}_{}_{:x}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed), fastrand::u64(..));
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
    connection.close().await.unwrap();
    format!("{server}?options[search_path]={schema}")
}

/// Executes a statement that the server itself never executes.
pub fn execute(database: &str, statement: &'static str) {
    run(async {
        let mut connection = PgConnection::connect(database).await.unwrap();
        connection.execute(statement).await.unwrap();
        connection.close().await.unwrap();
    });
}

/// Runs a future to its end, on a thread without a runtime.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
