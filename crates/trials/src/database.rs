//! Access to the database file from outside the server: locks, integrity checks, dumps and changes.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};

/// A lock that another connection holds on the database until this value is dropped.
#[derive(Debug)]
pub struct DatabaseLock {
    release: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl DatabaseLock {
    /// Acquires the lock with `BEGIN IMMEDIATE` or `BEGIN EXCLUSIVE`; waits for a write that is under way.
    #[must_use]
    pub fn acquire(database: &Path, begin: &'static str) -> Self {
        let (release, released) = channel::<()>();
        let (acquired_sender, acquired) = channel();
        let database = database.to_owned();
        let thread = std::thread::spawn(move || {
            with_connection(&database, async |connection| {
                sqlx::query(begin).execute(&mut *connection).await.unwrap();
                acquired_sender.send(()).unwrap();
                // Receiving fails when the sender is dropped, which releases the lock as well.
                let _ = released.recv();
                sqlx::query("ROLLBACK").execute(connection).await.unwrap();
            });
        });
        acquired.recv().unwrap();
        Self { release: Some(release), thread: Some(thread) }
    }
}

impl Drop for DatabaseLock {
    fn drop(&mut self) {
        drop(self.release.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Asserts that `PRAGMA integrity_check` and `PRAGMA foreign_key_check` find no errors.
pub fn assert_integrity(database: &Path) {
    with_connection(database, async |connection| {
        let found: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *connection).await.unwrap();
        assert_eq!(found, ["ok"]);
        let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_all(connection).await.unwrap();
        assert_eq!(dangling.len(), 0);
    });
}

/// Returns every row of every table as text.
#[must_use]
pub fn dump(database: &Path) -> Vec<String> {
    with_connection(database, async |connection| {
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *connection).await.unwrap();
        let mut rows = Vec::new();
        for table in tables {
            let columns = "SELECT 'quote(' || name || ')' FROM pragma_table_info($1)";
            let columns: Vec<String> =
                sqlx::query_scalar(columns).bind(&table).fetch_all(&mut *connection).await.unwrap();
            let select = format!("SELECT '{table}: ' || {} FROM {table} ORDER BY 1", columns.join(" || ', ' || "));
            let found = sqlx::query_scalar(AssertSqlSafe(select)).fetch_all(&mut *connection).await.unwrap();
            rows.extend::<Vec<String>>(found);
        }
        rows
    })
}

/// Executes a statement that the server itself never executes.
pub fn execute(database: &Path, statement: &'static str) {
    with_connection(database, async |connection| {
        sqlx::query(statement).execute(connection).await.unwrap();
    });
}

fn with_connection<T>(database: &Path, run: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let options = SqliteConnectOptions::new().filename(PathBuf::from(database)).busy_timeout(Duration::from_secs(30));
    runtime.block_on(async {
        let mut connection = options.connect().await.unwrap();
        let result = run(&mut connection).await;
        // The file is not locked any more when this returns.
        connection.close().await.unwrap();
        result
    })
}
