//! The identity of an installation, which its data folder and its database share.
//!
//! A server on the database of another installation would take every package file for a leftover and remove it.

use data_encoding::HEXLOWER;
use padlock_api::ports::{Entropy, random_bytes};

use crate::command_error::{CommandError, Context};
use crate::data_folder::{DataFolder, FolderId};
use crate::store::{DatabaseUrl, InstallationRecord, InstallationState, SqlStore};

/// Checks that the folder and the database belong together, and returns what is known of the installation. New ones get an id.
///
/// # Errors
/// Returns [`CommandError`] if they belong to different installations, if the installation is being restored, or if one of
/// them cannot be read or written.
pub async fn identify(
    folder: &DataFolder,
    url: &DatabaseUrl,
    store: &SqlStore,
    entropy: &dyn Entropy,
) -> Result<InstallationRecord, CommandError> {
    const UNREADABLE: &str = "the database cannot be read";
    let in_database = store.installation().await.context(UNREADABLE)?;
    let in_folder = folder.installation_id().map_err(CommandError::Usage)?;
    let data = folder.path().display();
    let refused = |why: String| Err(CommandError::Usage(why));
    match (in_database, in_folder) {
        (Some(found), Some(FolderId::New(id) | FolderId::Confirmed(id))) if found.id == id => {
            confirm(folder, store, found).await
        }
        (None, Some(FolderId::New(_)) | None) if folder.is_in_use() => {
            Err(CommandError::Failed(format!("the installation in {data} is just being created: run this again")))
        }
        (None, Some(FolderId::New(id))) => confirm_new(folder, store, id).await,
        (_, Some(_)) => refused(format!(
            "the data folder {data} belongs to another database than {url}: name its own with --database"
        )),
        (Some(found), None) if found.state == InstallationState::Restoring => {
            refused(format!("a restore into {url} was interrupted: run it again"))
        }
        (_, None) if is_beside_another(folder, url) => refused(format!(
            "the data folder {data} has a database of its own: leave out --database, or move the installation with \
             `backup --move` and `restore --move`"
        )),
        // Somebody copied the database of this folder.
        (Some(found), None) if is_embedded(folder, url) => confirm(folder, store, found).await,
        (Some(_), None) => {
            refused(format!("{url} belongs to another data folder than {data}: name its own with --data"))
        }
        (None, None) if !is_embedded(folder, url) && store.has_accounts().await.context(UNREADABLE)? => {
            refused(format!("{url} has accounts of an unknown installation: name an empty database"))
        }
        (None, None) => {
            let id = HEXLOWER.encode(&random_bytes::<16>(entropy));
            folder.set_installation_id(&FolderId::New(id.clone())).map_err(CommandError::Usage)?;
            confirm_new(folder, store, id).await
        }
    }
}

/// Returns an error if the database of an existing installation is missing: opening it would create an empty one.
///
/// # Errors
/// Returns [`CommandError`] in that case.
pub fn require_database(folder: &DataFolder, url: &DatabaseUrl) -> Result<(), CommandError> {
    let DatabaseUrl::Sqlite(file) = url else { return Ok(()) };
    let id = folder.installation_id().map_err(CommandError::Usage)?;
    if matches!(id, Some(FolderId::Confirmed(_))) && !file.exists() {
        return Err(CommandError::Usage(format!(
            "the installation in {} has its database somewhere else, or it is lost: there is no {}. Name the database with \
             --database, or restore a backup",
            folder.path().display(),
            file.display()
        )));
    }
    Ok(())
}

/// Returns an error if the installation was moved away.
///
/// # Errors
/// Returns [`CommandError`] in that case.
pub fn require_not_moved(folder: &DataFolder, record: &InstallationRecord) -> Result<(), CommandError> {
    if record.state == InstallationState::Moved {
        return Err(CommandError::Usage(format!(
            "the installation in {} was moved away: use the new one, or go on with this one after `undo-move`",
            folder.path().display()
        )));
    }
    Ok(())
}

/// Completes a first start or a restore whose last steps were interrupted, unless another process uses the folder: that one
/// does it.
async fn confirm(
    folder: &DataFolder,
    store: &SqlStore,
    mut found: InstallationRecord,
) -> Result<InstallationRecord, CommandError> {
    let confirmed = FolderId::Confirmed(found.id.clone());
    if folder.is_in_use() {
        return Ok(found);
    }
    if folder.installation_id().map_err(CommandError::Usage)?.as_ref() != Some(&confirmed) {
        folder.set_installation_id(&confirmed).map_err(CommandError::Usage)?;
    }
    if found.state == InstallationState::Restoring {
        found.state = InstallationState::Ready;
        let ready = store.set_installation_state(&found.id, found.state).await;
        let _ = ready.context("the database cannot be written")?;
    }
    Ok(found)
}

/// Gives the database the id that the folder has already, so that an interruption in between can be told from a forgotten
/// option.
async fn confirm_new(folder: &DataFolder, store: &SqlStore, id: String) -> Result<InstallationRecord, CommandError> {
    store.add_installation(&id).await.context("the database cannot be written")?;
    folder.set_installation_id(&FolderId::Confirmed(id.clone())).map_err(CommandError::Usage)?;
    Ok(InstallationRecord { id, state: InstallationState::Ready })
}

fn is_embedded(folder: &DataFolder, url: &DatabaseUrl) -> bool {
    *url == DatabaseUrl::Sqlite(folder.database())
}

/// Returns whether the folder contains a database that is not the one at `url`.
fn is_beside_another(folder: &DataFolder, url: &DatabaseUrl) -> bool {
    folder.database().exists() && !is_embedded(folder, url)
}
