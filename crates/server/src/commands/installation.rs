//! An installation that an operator command works on, alone or beside a running server.

use std::path::Path;
use std::sync::Arc;

use padlock_api::operator::{Operator, OperatorError};
use padlock_api::ports::StoreError;

use crate::cli::InstallationOptions;
use crate::command_error::{CommandError, Context};
use crate::data_folder::DataFolder;
use crate::installation_id;
use crate::store::{DatabaseLock, DatabaseUrl, InstallationRecord, InstallationState, SqlStore};
use crate::system::{ArgonHasher, SystemClock, SystemEntropy};

pub(super) struct Installation {
    pub(super) folder: DataFolder,
    pub(super) store: SqlStore,
    pub(super) record: InstallationRecord,
    /// Absent beside a running server.
    lock: Option<DatabaseLock>,
}

impl Installation {
    pub(super) async fn open(data: &Path, database: Option<&DatabaseUrl>) -> Result<Self, CommandError> {
        let installation = Self::open_moved_or_not(data, database).await?;
        installation_id::require_not_moved(&installation.folder, &installation.record)?;
        Ok(installation)
    }

    /// As [`open`](Self::open), also if the installation was moved away.
    pub(super) async fn open_moved_or_not(data: &Path, database: Option<&DatabaseUrl>) -> Result<Self, CommandError> {
        const UNUSABLE: &str = "the database cannot be opened";
        let folder = DataFolder::open_beside_server(data).map_err(CommandError::Usage)?;
        let url = database.cloned().unwrap_or_else(|| DatabaseUrl::Sqlite(folder.database()));
        installation_id::require_database(&folder, &url)?;
        let lock = if folder.is_in_use() { None } else { DatabaseLock::try_acquire(&url).await.context(UNUSABLE)? };
        let store =
            if lock.is_some() { SqlStore::open(&url).await } else { SqlStore::open_without_migrating(&url).await };
        let store = store.context(UNUSABLE)?;
        let record = installation_id::identify(&folder, &url, &store, &SystemEntropy).await?;
        Ok(Self { folder, store, record, lock })
    }

    /// Returns whether a server is running on the installation.
    pub(super) const fn is_in_use(&self) -> bool {
        self.lock.is_none()
    }

    pub(super) async fn open_or_create(data: &Path, database: Option<&DatabaseUrl>) -> Result<Self, CommandError> {
        if !DataFolder::exists(data) {
            drop(DataFolder::open(data, false).map_err(CommandError::Usage)?);
        }
        Self::open(data, database).await
    }

    /// Changes whether the installation can be used.
    pub(super) async fn set_state(&self, state: InstallationState) -> Result<(), CommandError> {
        let update = self
            .store
            .set_installation_state(&self.record.id, state)
            .await
            .context("the database cannot be written")?;
        update.applied_or_else(|| CommandError::Failed("the database belongs to another installation now".to_owned()))
    }

    pub(super) fn operator(&self) -> Operator {
        operator_on(&self.store)
    }
}

/// Returns the operator's commands on a database.
pub(super) fn operator_on(store: &SqlStore) -> Operator {
    let entropy = Arc::new(SystemEntropy);
    Operator {
        store: Arc::new(store.clone()),
        clock: Arc::new(SystemClock),
        hasher: Arc::new(ArgonHasher::new(entropy.clone())),
        entropy,
    }
}

/// Opens an existing installation. It must stay open while the operator is used.
pub(super) async fn open_operator(data: &InstallationOptions) -> Result<(Installation, Operator), CommandError> {
    let installation = Installation::open(&data.folder, data.database.as_ref()).await?;
    let operator = installation.operator();
    Ok((installation, operator))
}

pub(super) fn operator_error(error: OperatorError) -> CommandError {
    match error {
        OperatorError::Refused(sentence) => CommandError::Usage(sentence),
        OperatorError::Store(StoreError::Busy | StoreError::Conflict) => {
            CommandError::Failed("nothing was changed, because the database is busy: try again in a moment".to_owned())
        }
        OperatorError::Store(error @ StoreError::OutcomeUnknown) => CommandError::Failed(error.to_string()),
        other => CommandError::Failed(format!("nothing was changed: {other}")),
    }
}
