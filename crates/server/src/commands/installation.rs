//! An installation that an operator command works on, alone or beside a running server.

use std::path::Path;
use std::sync::Arc;

use padlock_api::operator::{Operator, OperatorError};
use padlock_api::ports::StoreError;

use crate::cli::InstallationOptions;
use crate::command_error::{CommandError, Context};
use crate::data_folder::DataFolder;
use crate::installation_id;
use crate::store::{DatabaseUrl, SqlStore};
use crate::system::{ArgonHasher, SystemClock, SystemEntropy};

pub(super) struct Installation {
    pub(super) folder: DataFolder,
    pub(super) store: SqlStore,
}

impl Installation {
    pub(super) async fn open(data: &Path, database: Option<&DatabaseUrl>) -> Result<Self, CommandError> {
        let folder = DataFolder::open_beside_server(data).map_err(CommandError::Usage)?;
        let url = database.cloned().unwrap_or_else(|| DatabaseUrl::Sqlite(folder.database()));
        let store =
            if folder.is_in_use() { SqlStore::open_without_migrating(&url).await } else { SqlStore::open(&url).await };
        let store = store.context("the database cannot be opened")?;
        installation_id::require_same(&folder, &url, &store, &SystemEntropy).await?;
        Ok(Self { store, folder })
    }

    pub(super) async fn open_or_create(data: &Path, database: Option<&DatabaseUrl>) -> Result<Self, CommandError> {
        if !DataFolder::exists(data) {
            drop(DataFolder::open(data, false).map_err(CommandError::Usage)?);
        }
        Self::open(data, database).await
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
        OperatorError::Store(StoreError::Busy) => {
            CommandError::Failed("the database is busy: try again in a moment".to_owned())
        }
        other => CommandError::Failed(format!("nothing was changed: {other}")),
    }
}
