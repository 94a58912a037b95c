//! An installation as a command of the operator's finds it: alone, or beside the server that runs on it.

use std::path::Path;
use std::sync::Arc;

use padlock_api::operator::{Operator, OperatorError};
use padlock_api::ports::StoreError;

use super::failed;
use crate::cli::Where;
use crate::data_folder::DataFolder;
use crate::serve::Stop;
use crate::store::SqliteStore;
use crate::system::{ArgonHasher, SystemClock, SystemEntropy};

/// Open, until it is dropped.
pub(super) struct Installation {
    pub(super) folder: DataFolder,
    pub(super) store: SqliteStore,
}

impl Installation {
    /// One that there is.
    pub(super) async fn open(data: &Path) -> Result<Self, Stop> {
        let folder = DataFolder::beside_server(data).map_err(Stop::Usage)?;
        let database = folder.database();
        let store =
            if folder.is_served() { SqliteStore::join(&database).await } else { SqliteStore::open(&database).await };
        Ok(Self { store: store.map_err(failed("the database cannot be opened"))?, folder })
    }

    /// One that there is, or a new one: it may begin with its first account.
    pub(super) async fn open_or_make(data: &Path) -> Result<Self, Stop> {
        if !DataFolder::is_there(data) {
            drop(DataFolder::open(data, false).map_err(Stop::Usage)?);
        }
        Self::open(data).await
    }

    /// The operator at work in it.
    pub(super) fn operator(&self) -> Operator {
        let entropy = Arc::new(SystemEntropy);
        Operator {
            store: Arc::new(self.store.clone()),
            clock: Arc::new(SystemClock),
            hasher: Arc::new(ArgonHasher::new(entropy.clone())),
            entropy,
        }
    }
}

/// The operator at work in the installation that is there.
pub(super) async fn operator(place: &Where) -> Result<(Installation, Operator), Stop> {
    let installation = Installation::open(&place.data).await?;
    let operator = installation.operator();
    Ok((installation, operator))
}

/// A refusal is a mistake on the command line; the rest is not.
pub(super) fn undone(error: OperatorError) -> Stop {
    match error {
        OperatorError::Refused(sentence) => Stop::Usage(sentence),
        OperatorError::Store(StoreError::Busy) => {
            Stop::Failed("the database is busy: try again in a moment".to_owned())
        }
        other => Stop::Failed(format!("nothing was changed: {other}")),
    }
}
