//! The lock of a PostgreSQL database, which one server has. The lock of the embedded database is that of its data folder.

use std::time::Duration;

use padlock_api::ports::StoreResult;
use sqlx::{AnyConnection, Connection, Executor, Row};
use tokio::sync::Mutex;
use url::Url;

use super::DatabaseUrl;
use super::engine::{Engine, postgres};

/// How often [`DatabaseLock::renew`] tries, and for how long it waits in between, until PostgreSQL has ended the lost
/// connection.
const ATTEMPTS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(200);

/// The lock of a database. It is released when it is dropped or the process ends, or if the machine of the process vanishes, as
/// soon as PostgreSQL notices that.
pub struct DatabaseLock(
    /// `None` for the embedded database.
    Option<(Url, Mutex<Session>)>,
);

/// A connection that has the lock. PostgreSQL may not notice for hours that it was lost.
struct Session {
    connection: AnyConnection,
    process: i64,
    started_at: String,
}

impl DatabaseLock {
    /// Locks the database, or returns `None` if another process has locked it.
    ///
    /// # Errors
    /// Returns an error if the database cannot be reached.
    pub async fn try_acquire(url: &DatabaseUrl) -> StoreResult<Option<Self>> {
        let DatabaseUrl::Postgres(url) = url else { return Ok(Some(Self(None))) };
        let session = connect_and_lock(url, None).await?;
        Ok(session.map(|session| Self(Some((url.clone(), Mutex::new(session))))))
    }

    /// Locks the database again if the connection was lost, and returns whether this process has the lock.
    ///
    /// # Errors
    /// Returns an error if the database cannot be reached.
    pub async fn renew(&self) -> StoreResult<bool> {
        let Some((url, session)) = &self.0 else { return Ok(true) };
        let mut session = session.lock().await;
        if Engine::Postgres.in_time(session.connection.ping()).await.is_ok() {
            return Ok(true);
        }
        for _ in 0..ATTEMPTS {
            if let Some(again) = connect_and_lock(url, Some(&*session)).await? {
                *session = again;
                return Ok(true);
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(false)
    }
}

/// Locks the database on a new connection, after the end of a lost one.
async fn connect_and_lock(url: &Url, lost: Option<&Session>) -> StoreResult<Option<Session>> {
    let mut connection = postgres::connect_one(url).await?;
    let lock = async {
        connection.execute(sqlx::raw_sql(postgres::SETTINGS)).await?;
        if let Some(lost) = lost {
            let end = sqlx::query(postgres::END_SESSION).bind(lost.process).bind(lost.started_at.as_str());
            end.execute(&mut connection).await?;
        }
        let row = sqlx::query(postgres::TRY_LOCK).fetch_one(&mut connection).await?;
        let is_locked = row.try_get::<i64, _>("locked")? == 1;
        let session = Session { process: row.try_get("process")?, started_at: row.try_get("started_at")?, connection };
        Ok(is_locked.then_some(session))
    };
    Engine::Postgres.in_time(lock).await.map_err(|error| Engine::Postgres.store_error(error))
}

#[cfg(test)]
mod tests {
    use padlock_trials::postgres::new_database;

    use super::*;

    async fn url() -> DatabaseUrl {
        new_database().await.parse().unwrap()
    }

    async fn end(session: &Session, url: &DatabaseUrl) {
        let DatabaseUrl::Postgres(url) = url else { panic!("PostgreSQL") };
        let mut other = postgres::connect_one(url).await.unwrap();
        let end = sqlx::query(postgres::END_SESSION).bind(session.process).bind(session.started_at.as_str());
        assert_eq!(end.fetch_all(&mut other).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_lost_lock_is_renewed_unless_another_process_has_it() {
        let url = url().await;
        let lock = DatabaseLock::try_acquire(&url).await.unwrap().unwrap();
        assert!(DatabaseLock::try_acquire(&url).await.unwrap().is_none());
        assert!(lock.renew().await.unwrap());
        end(&*lock.0.as_ref().unwrap().1.lock().await, &url).await;
        assert!(lock.renew().await.unwrap());
        assert!(DatabaseLock::try_acquire(&url).await.unwrap().is_none());
        end(&*lock.0.as_ref().unwrap().1.lock().await, &url).await;
        let _other = async {
            loop {
                if let Some(other) = DatabaseLock::try_acquire(&url).await.unwrap() {
                    return other;
                }
            }
        }
        .await;
        assert!(!lock.renew().await.unwrap());
    }

    /// PostgreSQL has not noticed that the connection was lost.
    #[tokio::test]
    async fn the_lock_of_an_own_connection_that_was_lost_is_taken_over() {
        let url = url().await;
        let lock = DatabaseLock::try_acquire(&url).await.unwrap().unwrap();
        let (url, session) = lock.0.as_ref().unwrap();
        let session = session.lock().await;
        for _ in 0..ATTEMPTS {
            if connect_and_lock(url, Some(&*session)).await.unwrap().is_some() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("the lock was not taken over");
    }
}
