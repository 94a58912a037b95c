//! The database's file from outside: somebody else who holds it locked, its soundness, and all that is in it.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, SqliteConnection};

/// Somebody else's hold on the database, until it is dropped.
#[derive(Debug)]
pub struct Lock {
    release: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Lock {
    /// Takes hold of it, by `BEGIN IMMEDIATE` or `BEGIN EXCLUSIVE`; waits for whoever writes just now.
    ///
    /// # Panics
    /// When it cannot be had.
    #[must_use]
    pub fn take(database: &Path, begin: &'static str) -> Self {
        let (release, released) = channel::<()>();
        let (hold, held) = channel();
        let database = database.to_owned();
        let thread = std::thread::spawn(move || {
            inside(&database, async |connection| {
                sqlx::query(begin).execute(&mut *connection).await.unwrap();
                hold.send(()).unwrap();
                // Dropped is released, too.
                let _ = released.recv();
                sqlx::query("ROLLBACK").execute(connection).await.unwrap();
            });
        });
        held.recv().unwrap();
        Self { release: Some(release), thread: Some(thread) }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.release.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Insists that the file is sound, and that whatever refers to something finds it.
///
/// # Panics
/// When it is not.
pub fn sound(database: &Path) {
    inside(database, async |connection| {
        let said: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *connection).await.unwrap();
        assert_eq!(said, ["ok"]);
        let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_all(connection).await.unwrap();
        assert_eq!(dangling.len(), 0);
    });
}

/// Every row of every table, but for what `except` names: `table` or `table.column`.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn state(database: &Path, except: &[&str]) -> Vec<String> {
    inside(database, async |connection| {
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *connection).await.unwrap();
        let mut all = Vec::new();
        for table in tables.iter().filter(|table| !except.contains(&table.as_str())) {
            let columns = "SELECT name FROM pragma_table_info($1)";
            let columns: Vec<String> =
                sqlx::query_scalar(columns).bind(table).fetch_all(&mut *connection).await.unwrap();
            let told = columns.iter().filter(|column| !except.contains(&format!("{table}.{column}").as_str()));
            let told: Vec<String> = told.map(|column| format!("quote({column})")).collect();
            let select = format!("SELECT '{table}: ' || {} FROM {table} ORDER BY 1", told.join(" || ', ' || "));
            let rows = sqlx::query_scalar(AssertSqlSafe(select)).fetch_all(&mut *connection).await.unwrap();
            all.extend::<Vec<String>>(rows);
        }
        all
    })
}

/// Changes rows, as no server does.
///
/// # Panics
/// When it cannot be done.
pub fn change(database: &Path, statement: &'static str) {
    inside(database, async |connection| {
        sqlx::query(statement).execute(connection).await.unwrap();
    });
}

/// Works on the file as another process would.
fn inside<T>(database: &Path, work: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let options = SqliteConnectOptions::new().filename(PathBuf::from(database)).busy_timeout(Duration::from_secs(30));
    runtime.block_on(async {
        let mut connection = options.connect().await.unwrap();
        work(&mut connection).await
    })
}
