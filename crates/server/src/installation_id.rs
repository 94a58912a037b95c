//! The identity of an installation, which its data folder and its database share.
//!
//! A server on the database of another installation would take every package file for a leftover and remove it.

use data_encoding::HEXLOWER;
use padlock_api::ports::{Entropy, random_bytes};

use crate::command_error::{CommandError, Context};
use crate::data_folder::DataFolder;
use crate::store::{DatabaseUrl, SqlStore};

/// Checks that the folder and the database belong together. New ones get an id.
///
/// # Errors
/// Returns [`CommandError`] if they belong to different installations, or if one of them cannot be read or written.
pub async fn require_same(
    folder: &DataFolder,
    url: &DatabaseUrl,
    store: &SqlStore,
    entropy: &dyn Entropy,
) -> Result<(), CommandError> {
    let in_database = store.installation_id().await.context("the database cannot be read")?;
    let in_folder = folder.installation_id().map_err(CommandError::Usage)?;
    let data = folder.path().display();
    match (in_database, in_folder) {
        (Some(database), Some(folder)) if database == folder => Ok(()),
        (_, Some(_)) => Err(CommandError::Usage(format!(
            "the data folder {data} belongs to another database than {url}: name its own with --database"
        ))),
        (_, None) if is_beside_another(folder, url) => Err(CommandError::Usage(format!(
            "the data folder {data} has a database of its own: leave out --database, or move the installation with \
             `backup` and `restore --move`"
        ))),
        (Some(id), None) => folder.set_installation_id(&id).map_err(CommandError::Usage),
        (None, None) => {
            let id = HEXLOWER.encode(&random_bytes::<16>(entropy));
            store.set_installation_id(&id).await.context("the database cannot be written")?;
            let id = store.installation_id().await.context("the database cannot be read")?.unwrap_or(id);
            folder.set_installation_id(&id).map_err(CommandError::Usage)
        }
    }
}

/// Returns whether the folder contains a database that is not the one at `url`.
fn is_beside_another(folder: &DataFolder, url: &DatabaseUrl) -> bool {
    let embedded = folder.database();
    embedded.exists() && *url != DatabaseUrl::Sqlite(embedded)
}
