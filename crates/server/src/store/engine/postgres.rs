//! PostgreSQL 15 and later.
//!
//! Transactions that write are serializable: PostgreSQL ends one of several that cannot be put in an order, and the unit of
//! work is repeated. Transactions that read see one snapshot.

use std::time::Duration;

use padlock_api::log_events;
use padlock_api::ports::{StoreError, StoreResult};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::error::DatabaseError;
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AnyPool, Connection};
use url::Url;

use crate::store::DatabaseUrl;
use crate::store::error::failed;
use crate::store::timeouts::{ANSWER_TIMEOUT, BUSY_TIMEOUT};

/// How many transactions of this process may write at once.
pub(in crate::store) const MAX_WRITERS: u32 = 8;
const MAX_READERS: u32 = 8;
const OLDEST_VERSION: i64 = 150_000;
/// Connections are replaced after this time, so that a pool spreads over the machines behind one name.
const MAX_LIFETIME: Duration = Duration::from_secs(1_800);

/// Migrations are added and never changed: sqlx compares their checksums. The first one has the number of the SQLite
/// migration that it equals.
pub(in crate::store) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

pub(super) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
pub(super) const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
pub(super) const BEGIN_QUEUE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
pub(super) const FIND_TABLE: &str = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1";
/// The result is a row if somebody on the way to the machine of the database could read along.
pub(in crate::store) const UNENCRYPTED: &str = "SELECT 1 FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND NOT ssl
     AND inet_client_addr() IS NOT NULL AND NOT inet_client_addr() <<= '127.0.0.0/8' AND inet_client_addr() <> '::1'";
pub(super) const COLUMNS_OF_TABLE: &str =
    "SELECT column_name::text AS column_name, data_type::text AS column_type FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position";

/// Locks the schema for as long as the connection lives, unless another connection has locked it, and identifies the
/// connection. The first number is ours.
pub(in crate::store) const TRY_LOCK: &str =
    "SELECT pg_try_advisory_lock(1348563051, hashtext(COALESCE(current_schema(), '')))::int::bigint AS locked,
            pid::bigint AS process, backend_start::text AS started_at
     FROM pg_stat_activity WHERE pid = pg_backend_pid()";
/// Ends a connection of the same user.
pub(in crate::store) const END_SESSION: &str = "SELECT pg_terminate_backend(pid)::int::bigint
     FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = $2";

/// A transaction that waits for another for too long ends, and so does one whose process does not continue. PostgreSQL notices
/// after fifteen seconds that the machine of a connection has vanished, and frees what it held.
pub(in crate::store) const SETTINGS: &str = "SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '60s';
    SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 2";
/// A serializable transaction that reads a whole table conflicts with every other that writes to it, so those that write use
/// indexes, also for small tables (https://www.postgresql.org/docs/current/transaction-iso.html#XACT-SERIALIZABLE).
const WRITER_SETTINGS: &str = "SET enable_seqscan = off";

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const SERIALIZATION_FAILURE: &str = "40001";
const DEADLOCK_DETECTED: &str = "40P01";
/// Two transactions inserted one key. The next attempt sees the row of the other.
const UNIQUE_VIOLATION: &str = "23505";
/// A row that another one refers to was deleted at the same time. The next attempt does not see it.
const FOREIGN_KEY_VIOLATION: &str = "23503";
const DISK_FULL: &str = "53100";
/// `lock_timeout` has passed.
const LOCK_NOT_AVAILABLE: &str = "55P03";
/// The server is a standby, for example during a failover.
const READ_ONLY: &str = "25006";
const IDLE_IN_TRANSACTION: &str = "25P03";

/// Connects and returns the connections that write and those that read.
pub(in crate::store) async fn connect(url: &Url) -> StoreResult<(AnyPool, AnyPool)> {
    let options = options(url)?;
    let mut connection = connect_one(url).await?;
    require_usable(&mut connection).await?;
    let writers = pool(MAX_WRITERS, &[SETTINGS, WRITER_SETTINGS]).connect_lazy_with(options.clone());
    let readers = pool(MAX_READERS, &[SETTINGS]).connect_lazy_with(options);
    drop(connection.close().await);
    Ok((writers, readers))
}

/// Opens one connection.
pub(in crate::store) async fn connect_one(url: &Url) -> StoreResult<AnyConnection> {
    let options = options(url)?;
    let connected = in_time(AnyConnection::connect_with(&options)).await;
    connected.map_err(|error| match error {
        sqlx::Error::Database(error) => failed(error.message()),
        other => failed(format!("PostgreSQL does not answer at {}: {other}", DatabaseUrl::Postgres(url.clone()))),
    })
}

/// Returns the options of a connection.
fn options(url: &Url) -> StoreResult<AnyConnectOptions> {
    sqlx::any::install_default_drivers();
    let mut url = url.clone();
    if !url.query_pairs().any(|(name, _)| name == "application_name") {
        url.query_pairs_mut().append_pair("application_name", "padlock-server");
    }
    url.as_str().parse().map_err(store_error)
}

/// Returns an error unless Padlock can use the database.
async fn require_usable(connection: &mut AnyConnection) -> StoreResult<()> {
    let query = sqlx::query_as(
        "SELECT current_setting('server_version_num')::bigint, current_setting('server_version'),
                current_setting('server_encoding'), current_setting('search_path'), current_schema()::text",
    );
    let row: (i64, String, String, String, Option<String>) =
        in_time(query.fetch_one(connection)).await.map_err(store_error)?;
    let (number, version, encoding, search_path, schema) = row;
    if number < OLDEST_VERSION {
        return Err(failed(format!("PostgreSQL {version} is too old: 15 or later is needed")));
    }
    if encoding != "UTF8" {
        return Err(failed(format!("the database has the encoding {encoding}: create it with UTF8")));
    }
    if schema.is_none() {
        return Err(failed(format!("the database has no schema of the search_path {search_path}: create it")));
    }
    Ok(())
}

fn pool(size: u32, settings: &'static [&'static str]) -> AnyPoolOptions {
    super::pool::pool(size, settings)
        .max_lifetime(MAX_LIFETIME)
        // sqlx would wait without an end for the answer to a cancelled statement of a machine that has vanished.
        .after_release(|connection, _| {
            Box::pin(async move { within(BUSY_TIMEOUT, connection.ping()).await.map(|()| true) })
        })
}

/// Waits for an answer of the database, whose machine may have vanished.
pub(super) async fn in_time<T>(answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    within(ANSWER_TIMEOUT, answer).await
}

async fn within<T>(time: Duration, answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    match tokio::time::timeout(time, answer).await {
        Ok(result) => result,
        Err(elapsed) => Err(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, elapsed))),
    }
}

/// Converts an error of sqlx or of the database.
pub(in crate::store) fn store_error(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => StoreError::Busy,
        // The next connection may succeed.
        sqlx::Error::Io(error) => {
            tracing::warn!(event = log_events::DATABASE_LOST, %error, "the connection to the database is lost");
            StoreError::Busy
        }
        sqlx::Error::Database(error) => database_error(error.as_ref()),
        other => failed(other.to_string()),
    }
}

fn database_error(error: &dyn DatabaseError) -> StoreError {
    match error.code().as_deref().unwrap_or_default() {
        SERIALIZATION_FAILURE | DEADLOCK_DETECTED | UNIQUE_VIOLATION | FOREIGN_KEY_VIOLATION => {
            tracing::debug!(%error, "a transaction conflicts with others");
            StoreError::Conflict
        }
        LOCK_NOT_AVAILABLE | READ_ONLY | IDLE_IN_TRANSACTION => StoreError::Busy,
        DISK_FULL => StoreError::Full,
        // Connection exceptions, too many connections, and a server that stops or starts.
        code if code.starts_with("08") || code == "53300" || code.starts_with("57P") => {
            tracing::warn!(event = log_events::DATABASE_LOST, %error, "the database is not available");
            StoreError::Busy
        }
        _ => failed(error.message()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use padlock_trials::postgres::new_database;
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::Notify;

    use super::*;

    /// Passes connections to PostgreSQL on, and returns the URL of that way. After `vanish`, those of that time stay open and
    /// nothing comes through any more.
    async fn vanishing_host(url: &Url, vanish: Arc<Notify>) -> Url {
        let server = (url.host_str().unwrap().to_owned(), url.port().unwrap());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let mut proxied = url.clone();
        proxied.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        tokio::spawn(async move {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                let (server, vanish) = (server.clone(), Arc::clone(&vanish));
                tokio::spawn(async move {
                    let mut server = TcpStream::connect(server).await.unwrap();
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                        () = vanish.notified() => std::future::pending().await,
                    }
                });
            }
        });
        proxied
    }

    /// The host is replaced, for example in a failover, and nothing ends the connections to the old one.
    #[tokio::test]
    async fn connections_to_a_host_that_has_vanished_are_replaced() {
        let vanish = Arc::new(Notify::new());
        let url = vanishing_host(&new_database().await.parse().unwrap(), Arc::clone(&vanish)).await;
        let pool = pool(1, &[SETTINGS]).connect_with(options(&url).unwrap()).await.unwrap();
        let statement = async {
            sqlx::query("SELECT pg_sleep(1)").execute(&pool).await.unwrap();
        };
        let vanishing = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            vanish.notify_waiters();
            std::future::pending::<()>().await;
        };
        let cancelled = tokio::time::timeout(Duration::from_millis(500), futures::future::join(statement, vanishing));
        cancelled.await.unwrap_err();
        let began = tokio::time::Instant::now();
        while let Err(error) = sqlx::query("SELECT 1").execute(&pool).await {
            assert!(began.elapsed() < BUSY_TIMEOUT * 3, "{error}");
        }
    }

    #[tokio::test]
    async fn what_makes_a_database_unusable_is_named() {
        let url: Url = new_database().await.parse().unwrap();
        let with = |change: &dyn Fn(&mut Url)| {
            let mut url = url.clone();
            change(&mut url);
            url
        };
        for (url, why) in [
            (
                with(&|url| url.set_port(Some(1)).unwrap()),
                "PostgreSQL does not answer at postgres://postgres:***@127.0.0.1:1/",
            ),
            (with(&|url| url.set_path("/missing")), "database \"missing\" does not exist"),
            (
                with(&|url| url.set_query(Some("options[search_path]=missing"))),
                "has no schema of the search_path missing",
            ),
        ] {
            let error = connect(&url).await.unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
