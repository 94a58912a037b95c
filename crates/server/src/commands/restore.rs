//! `restore FILE`: creates a data folder from a backup. Only the last step makes it a data folder.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use padlock_api::ports::StoreError;
use padlock_domain::PackageId;

use super::backup_file::{FileEntry, Reader};
use super::check::MIN_FREE_DISK_BYTES;
use super::output::{count, format_size, print_line};
use crate::cli::RestoreOptions;
use crate::command_error::{CommandError, Context};
use crate::data_folder::RestoreTarget;
use crate::store::{DatabaseUrl, SqlStore};
use crate::system::SystemEntropy;
use crate::{disk, key_file};

type PackageFiles = BTreeMap<PackageId, FileEntry>;

pub(super) async fn run(options: &RestoreOptions) -> Result<(), CommandError> {
    let (file, data) = (options.file.display(), &options.data.folder);
    let unusable = |what: String| CommandError::Usage(format!("the backup {file} {what}"));
    let opened = File::open(&options.file).map_err(|error| unusable(format!("cannot be read: {error}")))?;
    let mut reader = Reader::open(opened).map_err(unusable)?;
    let key_file = key_file::path(options.key.key_file.as_deref(), data);
    require_keys(&reader.manifest.keys, &key_file)?;

    let target = RestoreTarget::begin(data).map_err(CommandError::Usage)?;
    match unpack(&mut reader, &target, &key_file).await {
        Ok(packages) => {
            target.finish().context("the folder cannot become a data folder")?;
            print_line(&format!(
                "Restored the state of {} into {}: the database and {}. Everybody has to sign in anew.",
                reader.manifest.made_at,
                data.display(),
                count(packages, "package")
            ));
            Ok(())
        }
        Err(what) => {
            target.abort().context("what was restored so far cannot be removed")?;
            Err(unusable(what))
        }
    }
}

/// Returns an error if the key file lacks a key of the backup, without which no server could start on the folder.
fn require_keys(required_ids: &[String], key_file: &Path) -> Result<(), CommandError> {
    if required_ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = key_file::read(key_file).map_err(CommandError::Usage)?.iter().map(|key| key.id()).collect();
    match required_ids.iter().find(|id| !ids.contains(id)) {
        None => Ok(()),
        Some(missing) => Err(CommandError::Usage(format!(
            "the key {missing}, which this backup needs, is not in {}: name the file that has it with --key-file",
            key_file.display()
        ))),
    }
}

/// Returns an error if the files would leave too little of the disk for a server.
fn require_free_disk(total: u64, folder: &Path) -> Result<(), String> {
    let free = disk::free_bytes(folder).map_err(|error| format!("cannot be unpacked: {error}"))?;
    if total <= free.saturating_sub(MIN_FREE_DISK_BYTES) {
        return Ok(());
    }
    let (total, free) = (format_size(total), format_size(free));
    Err(format!("cannot be unpacked: its files take {total}, and the disk has only {free} left"))
}

/// Unpacks and verifies everything, and returns the number of packages.
async fn unpack(reader: &mut Reader, target: &RestoreTarget, key_file: &Path) -> Result<usize, String> {
    let unwritable = |error: std::io::Error| format!("cannot be unpacked: {error}");
    require_free_disk(reader.total_bytes(), target.path())?;
    let folder = target.path().join("packages");
    disk::create_private_folder(&folder).map_err(unwritable)?;
    let mut packages = PackageFiles::new();
    for entry in reader.manifest.files.clone() {
        reader.extract(&entry, &target.path().join(&entry.name))?;
        if let Some(id) = entry.package() {
            packages.insert(id, entry);
        }
    }
    disk::sync_folder(&folder).map_err(unwritable)?;
    let store = SqlStore::open(&DatabaseUrl::Sqlite(target.database()))
        .await
        .map_err(|error| format!("has no usable database: {error}"))?;
    let verified = verify(&store, &packages, key_file).await;
    store.close().await;
    verified.map(|()| packages.len())
}

async fn verify(store: &SqlStore, packages: &PackageFiles, key_file: &Path) -> Result<(), String> {
    let unreadable = |error: StoreError| format!("has a database that cannot be read: {error}");
    if let Some(error) = store.integrity_errors().await.map_err(unreadable)?.first() {
        return Err(format!("has a damaged database: {error}"));
    }
    for package in store.package_files().await.map_err(unreadable)? {
        let matches = |entry: &FileEntry| entry.size == package.size && entry.sha256 == package.sha256.to_string();
        if !packages.get(&package.id).is_some_and(matches) {
            return Err(format!("does not contain the file of the package {}", package.id));
        }
    }
    if !store.encryption_key_ids().await.map_err(unreadable)?.is_empty() {
        let keyring = key_file::read(key_file)?.keyring(Arc::new(SystemEntropy));
        store.verify_secrets(&keyring).await.map_err(|error| format!("does not fit the key file: {error}"))?;
    }
    Ok(())
}
