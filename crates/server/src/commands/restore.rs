//! `restore FILE`: a backup becomes a data folder, in one step at the end.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use super::backup_file::{Kept, Reader};
use super::{counted, failed, say};
use crate::cli::Restore;
use crate::data_folder::Restoring;
use crate::serve::Stop;
use crate::store::SqliteStore;
use crate::system::SystemEntropy;
use crate::{disk, key_file};

pub(super) async fn run(options: &Restore) -> Result<(), Stop> {
    let (file, data) = (options.file.display(), &options.place.data);
    let bad = |what: String| Stop::Usage(format!("the backup {file} {what}"));
    let opened = File::open(&options.file).map_err(|error| bad(format!("cannot be read: {error}")))?;
    let mut reader = Reader::open(opened).map_err(bad)?;
    let path = key_file::path(options.key.key_file.as_deref(), data);
    insist_on_keys(&reader, &path)?;

    let folder = Restoring::begin(data).map_err(Stop::Usage)?;
    match unpack(&mut reader, &folder, &path).await {
        Ok(packages) => {
            folder.finish().map_err(failed("the folder cannot become a data folder"))?;
            say(&format!(
                "Restored the state of {} into {}: the database and {}. Everybody has to sign in anew.",
                reader.contents.made_at,
                data.display(),
                counted(packages, "package")
            ));
            Ok(())
        }
        Err(what) => {
            folder.give_up().map_err(failed("what was restored so far cannot be taken away"))?;
            Err(bad(what))
        }
    }
}

/// Before anything is written: without its keys it would be a folder that no server starts on.
fn insist_on_keys(reader: &Reader, path: &Path) -> Result<(), Stop> {
    if reader.contents.keys.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = key_file::keys(path).map_err(Stop::Usage)?.iter().map(|key| key.id()).collect();
    match reader.contents.keys.iter().find(|needed| !ids.contains(needed)) {
        None => Ok(()),
        Some(missing) => Err(Stop::Usage(format!(
            "the key {missing}, which this backup needs, is not in {}: name the file that has it with --key-file",
            path.display()
        ))),
    }
}

/// Puts everything where it belongs and looks whether it belongs together; says how many packages there are.
async fn unpack(reader: &mut Reader, folder: &Restoring, keys: &Path) -> Result<usize, String> {
    let unwritable = |error: std::io::Error| format!("cannot be unpacked: {error}");
    fs::create_dir(folder.path().join("packages")).map_err(unwritable)?;
    let mut packages = BTreeMap::new();
    for kept in reader.contents.files.clone() {
        let Kept { name, size, sha256 } = &kept;
        reader.extract(&kept, &folder.path().join(name))?;
        if let Some(id) = kept.package() {
            packages.insert(id, (*size, sha256.clone()));
        }
    }
    disk::sync_folder(&folder.path().join("packages")).map_err(unwritable)?;
    let database = folder.database();
    let store = SqliteStore::open(&database).await.map_err(|error| format!("has no usable database: {error}"))?;
    let fits = belongs_together(&store, &packages, keys).await;
    store.close().await;
    fits.map(|()| packages.len())
}

async fn belongs_together(
    store: &SqliteStore,
    packages: &BTreeMap<padlock_domain::ids::PackageId, (u64, String)>,
    keys: &Path,
) -> Result<(), String> {
    let unreadable = |error: padlock_api::ports::StoreError| format!("has a database that cannot be read: {error}");
    if let Some(fault) = store.integrity_errors().await.map_err(unreadable)?.first() {
        return Err(format!("has a damaged database: {fault}"));
    }
    for package in store.package_files().await.map_err(unreadable)? {
        if packages.get(&package.id) != Some(&(package.size, package.sha256.to_string())) {
            return Err(format!("has not the file of the package {}", package.id));
        }
    }
    if !store.encryption_key_ids().await.map_err(unreadable)?.is_empty() {
        let vault = key_file::ring(key_file::keys(keys)?, Arc::new(SystemEntropy)).ok_or("needs a key")?;
        store.verify_secrets(&vault).await.map_err(|error| format!("does not fit the key file: {error}"))?;
    }
    Ok(())
}
