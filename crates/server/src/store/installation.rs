//! The identity of the installation in its database.

use padlock_api::ports::{Attempt, StoreResult, Update};

use super::SqlStore;
use super::query::sql;
use super::row::{Columns, damaged};
use super::transaction::SqlTransaction;

/// The identity of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallationRecord {
    /// The id, which its data folder has too.
    pub id: String,
    /// What may be done with it.
    pub state: InstallationState,
}

/// What may be done with an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstallationState {
    /// It can be served.
    Ready,
    /// A restore into it has begun.
    Restoring,
    /// It was moved away.
    Moved,
}

impl InstallationState {
    const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Restoring => "restoring",
            Self::Moved => "moved",
        }
    }
}

impl SqlStore {
    /// Returns the identity of the installation, if the database has one yet.
    ///
    /// # Errors
    /// Returns an error if it cannot be read.
    pub async fn installation(&self) -> StoreResult<Option<InstallationRecord>> {
        installation(&mut self.begin_read().await?).await
    }

    /// Gives the installation its id, unless the database has one.
    ///
    /// # Errors
    /// Returns an error if it cannot be written.
    pub async fn add_installation(&self, id: &str) -> StoreResult<()> {
        let mut tx = self.begin_write_attempt(&Attempt::default()).await?;
        if installation(&mut tx).await?.is_none() {
            add(&mut tx, id, InstallationState::Ready).await?;
        }
        tx.commit().await
    }

    /// Changes the state of the installation, if it has this id.
    ///
    /// # Errors
    /// Returns an error if it cannot be written.
    pub async fn set_installation_state(&self, id: &str, state: InstallationState) -> StoreResult<Update> {
        let mut tx = self.begin_write_attempt(&Attempt::default()).await?;
        let query = sql("UPDATE installation SET state = $2 WHERE id = $1").bind(id).bind(state.name());
        let update = tx.update_if_current(query).await?;
        tx.commit().await?;
        Ok(update)
    }

    /// Returns whether the database has an account.
    ///
    /// # Errors
    /// Returns an error if it cannot be read.
    pub async fn has_accounts(&self) -> StoreResult<bool> {
        self.begin_read().await?.exists(sql("SELECT 1 FROM accounts LIMIT 1")).await
    }
}

pub(super) async fn installation(tx: &mut SqlTransaction) -> StoreResult<Option<InstallationRecord>> {
    let query = sql("SELECT id, state FROM installation ORDER BY id LIMIT 1");
    tx.fetch_optional(query, |row| {
        let state = match row.text("state")?.as_str() {
            "ready" => InstallationState::Ready,
            "restoring" => InstallationState::Restoring,
            "moved" => InstallationState::Moved,
            _ => return Err(damaged("state")),
        };
        Ok(InstallationRecord { id: row.text("id")?, state })
    })
    .await
}

pub(super) async fn add(tx: &mut SqlTransaction, id: &str, state: InstallationState) -> StoreResult<()> {
    tx.execute(sql("INSERT INTO installation (id, state) VALUES ($1, $2)").bind(id).bind(state.name())).await
}
