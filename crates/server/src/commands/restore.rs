//! `restore FILE`: creates an installation from a backup. Only the last step makes the folder a data folder.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use padlock_api::operator::RestoreSummary;
use padlock_api::ports::{StoreError, random_bytes};
use padlock_domain::{PackageId, Timestamp};

use super::check::MIN_FREE_DISK_BYTES;
use super::damaged_installation::DamagedInstallation;
use super::installation::{operator_error, operator_on};
use super::output::{count, format_size};
use super::restore_report::RestoreReport;
use crate::backups::{self, BackupFile, Contents, EarlierBackup, FileEntry, Reader, RestoreError};
use crate::cli::RestoreOptions;
use crate::command_error::{CommandError, Context};
use crate::data_folder::RestoreTarget;
use crate::store::{DatabaseLock, DatabaseUrl, InstallationState, SqlStore};
use crate::system::SystemEntropy;
use crate::{disk, key_file};

type PackageFiles = BTreeMap<PackageId, FileEntry>;

/// A backup of which it is known who wrote it, or that the operator trusts.
enum Backup {
    Authenticated(Box<Reader>),
    Earlier(EarlierBackup),
}

pub(super) async fn run(options: &RestoreOptions) -> Result<(), CommandError> {
    let data = &options.data.folder;
    let key_path = key_file::path(options.key.key_file.as_deref(), data);
    let mut backup = open(options, &key_path)?;
    require_keys(&backup.contents().keys, &key_path)?;
    let damaged = DamagedInstallation::read(options).await?;

    let target = RestoreTarget::begin(data).map_err(CommandError::Usage)?;
    let url = options.data.database.clone().unwrap_or_else(|| DatabaseUrl::Sqlite(target.database()));
    let (_lock, store) = match open_database(&url, backup.schema()).await {
        Ok(opened) => opened,
        Err(error) => {
            target.abort().context(NOT_REMOVED)?;
            return Err(error.for_backup(&options.file));
        }
    };
    let id = HEXLOWER.encode(&random_bytes::<16>(&SystemEntropy));
    let mut restore = Restore { options, id, target, url, store, report: RestoreReport::default() };
    match restore.write(&mut backup, &key_path, damaged).await {
        Ok(()) => restore.finish().await,
        Err(error) => {
            restore.abort().await?;
            Err(error)
        }
    }
}

const NOT_REMOVED: &str = "what was restored so far cannot be removed";

/// Locks and opens the database that the backup is restored into.
async fn open_database(url: &DatabaseUrl, schema: i64) -> Result<(DatabaseLock, SqlStore), RestoreError> {
    let unusable = |error| RestoreError::Target(format!("the database cannot be opened: {error}"));
    let lock = DatabaseLock::try_acquire(url).await.map_err(unusable)?;
    let lock =
        lock.ok_or_else(|| RestoreError::Target(format!("the database {url} is used by another padlock-server")))?;
    let store = SqlStore::open_for_restore(url, schema).await.map_err(RestoreError::writing_rows)?;
    Ok((lock, store))
}

const UNAUTHENTICATED: &str = "is a zip file, perhaps of an earlier version, and nothing shows who wrote it: give \
                               --unauthenticated only if you know where it was since";

/// Opens a backup and verifies who wrote it, before anything else of it is read.
fn open(options: &RestoreOptions, key_path: &Path) -> Result<Backup, CommandError> {
    let file = options.file.display();
    let unusable = |what: String| CommandError::Usage(format!("the backup {file} {what}"));
    let unreadable = |error: std::io::Error| unusable(format!("cannot be read: {error}"));
    let opened = File::open(&options.file).map_err(unreadable)?;
    let header = match BackupFile::read(opened).map_err(unreadable)? {
        BackupFile::Current(header) => header,
        BackupFile::Other(what) => return Err(unusable(what.to_owned())),
        BackupFile::Earlier(_) if options.is_move => {
            return Err(unusable("is of an earlier version, which had no moves".to_owned()));
        }
        BackupFile::Earlier(_) if !options.unauthenticated => return Err(unusable(UNAUTHENTICATED.to_owned())),
        BackupFile::Earlier(file) => return EarlierBackup::open(file).map(Backup::Earlier).map_err(unusable),
    };
    let keys = key_file::read(key_path).map_err(CommandError::Usage)?;
    let Some(key) = keys.find(&header.key_id) else {
        return Err(missing_key(key_path, &header.key_id));
    };
    let Some(content) = backups::open_authenticated(header, key).map_err(unreadable)? else {
        return Err(unusable("is damaged, or somebody changed it: its MAC is wrong".to_owned()));
    };
    let reader = Reader::open(content).map_err(unusable)?;
    if reader.manifest.schema > SqlStore::schema_version() {
        return Err(unusable("was made by a newer version of padlock-server".to_owned()));
    }
    if options.is_move && !reader.manifest.is_move {
        return Err(unusable("was not made with `backup --move`, so it does not have everything".to_owned()));
    }
    Ok(Backup::Authenticated(Box::new(reader)))
}

fn missing_key(key_path: &Path, id: &str) -> CommandError {
    let shown = key_path.display();
    CommandError::Usage(format!(
        "the key file {shown} lacks the key {id}, which this backup needs: name another with --key-file"
    ))
}

/// Returns an error if the key file lacks a key of the backup, without which no server could start on the folder.
fn require_keys(required_ids: &[String], key_path: &Path) -> Result<(), CommandError> {
    if required_ids.is_empty() {
        return Ok(());
    }
    let keys = key_file::read(key_path).map_err(CommandError::Usage)?;
    keys.missing(required_ids).map_or(Ok(()), |id| Err(missing_key(key_path, id)))
}

/// Returns an error if the files would leave too little of the disk for a server.
fn require_free_disk(total: u64, folder: &Path) -> Result<(), RestoreError> {
    let unreadable = |error| RestoreError::Target(format!("the free disk space cannot be read: {error}"));
    let free = disk::free_bytes(folder).map_err(unreadable)?;
    if total <= free.saturating_sub(MIN_FREE_DISK_BYTES) {
        return Ok(());
    }
    let (total, free) = (format_size(total), format_size(free));
    let what = format!("its files take {total}, and the disk has only {free} left");
    Err(RestoreError::Target(format!("the backup cannot be unpacked: {what}")))
}

impl Backup {
    const fn contents(&self) -> &Contents {
        match self {
            Self::Authenticated(reader) => &reader.manifest.contents,
            Self::Earlier(backup) => &backup.contents,
        }
    }

    fn extract(&mut self, entry: &FileEntry, to: &Path) -> Result<(), RestoreError> {
        match self {
            Self::Authenticated(reader) => reader.extract(entry, to),
            Self::Earlier(backup) => backup.extract(entry, to),
        }
    }

    /// Returns the version of the schema of its rows.
    fn schema(&self) -> i64 {
        match self {
            Self::Authenticated(reader) => reader.manifest.schema,
            // Its database is migrated before it is copied.
            Self::Earlier(_) => SqlStore::schema_version(),
        }
    }
}

/// A restore that is under way.
struct Restore<'a> {
    options: &'a RestoreOptions,
    /// The id of the new installation.
    id: String,
    target: RestoreTarget,
    url: DatabaseUrl,
    store: SqlStore,
    report: RestoreReport,
}

impl Restore<'_> {
    /// Writes and verifies everything but what makes the folder a data folder.
    async fn write(
        &mut self,
        backup: &mut Backup,
        key_path: &Path,
        damaged: Option<DamagedInstallation>,
    ) -> Result<(), CommandError> {
        let packages = self.unpack(backup, key_path).await.map_err(|error| error.for_backup(&self.options.file))?;
        let made_at = backup.contents().made_at;
        let (to, packages) = (self.options.data.folder.display(), count(packages, "package"));
        if self.options.is_move {
            self.report.line(&format!(
                "Moved the installation to {to} and {}: the database and {packages}, as they were at {made_at}. Sessions go \
                 on.",
                self.url
            ));
        } else {
            self.void_credentials(made_at, damaged).await?;
            self.report.line(&format!(
                "Restored the state of {made_at} into {to}: the database and {packages}. Everybody has to sign in anew."
            ));
        }
        if matches!(backup, Backup::Earlier(_)) {
            self.report
                .line("Nothing authenticates this backup: whoever could write the file decided who can sign in.");
        }
        Ok(())
    }

    /// Unpacks and verifies packages and rows, and returns the number of packages.
    async fn unpack(&mut self, backup: &mut Backup, key_path: &Path) -> Result<usize, RestoreError> {
        let unwritable = |error| RestoreError::Target(format!("the packages cannot be unpacked: {error}"));
        require_free_disk(backup.contents().total_bytes(), self.target.path())?;
        let folder = self.target.path().join("packages");
        disk::create_private_folder(&folder).map_err(unwritable)?;
        let mut packages = PackageFiles::new();
        for entry in backup.contents().files.clone() {
            if let Some(id) = entry.package() {
                backup.extract(&entry, &self.target.path().join(&entry.name))?;
                packages.insert(id, entry);
            }
        }
        disk::sync_folder(&folder).map_err(unwritable)?;
        self.write_rows(backup).await?;
        verify(&self.store, &packages, key_path).await?;
        Ok(packages.len())
    }

    /// Writes the rows into the new database.
    async fn write_rows(&mut self, backup: &mut Backup) -> Result<(), RestoreError> {
        let unusable = |error: StoreError| RestoreError::Backup(format!("has no usable database: {error}"));
        match backup {
            Backup::Authenticated(reader) => {
                backups::read_tables(reader, &self.store, &self.id, self.options.is_move).await?;
                self.store.migrate().await.map_err(RestoreError::writing_rows)
            }
            Backup::Earlier(earlier) => {
                let unwritable = |error| RestoreError::Target(format!("the database cannot be unpacked: {error}"));
                let copy = self.target.path().join("tmp").join("earlier.db");
                disk::create_private_folder(disk::parent(&copy)).map_err(unwritable)?;
                earlier.extract_database(&copy)?;
                let earlier = SqlStore::open_untrusted(&copy).await.map_err(unusable)?;
                if let Some(error) = earlier.integrity_errors().await.map_err(unusable)?.first() {
                    return Err(RestoreError::Backup(format!("has a damaged database: {error}")));
                }
                backups::copy_tables(&earlier, &self.store, &self.id).await?;
                earlier.close().await;
                disk::remove_folder(disk::parent(&copy)).map_err(unwritable)
            }
        }
    }

    /// Ends what was used or ended after the backup was made.
    async fn void_credentials(
        &mut self,
        made_at: Timestamp,
        damaged: Option<DamagedInstallation>,
    ) -> Result<(), CommandError> {
        let operator = operator_on(&self.store);
        let to_disable = match damaged {
            Some(damaged) => damaged.compare(self.options, &operator, &mut self.report).await?,
            None => {
                self.report.line(
                    "Accounts that were disabled after the backup are enabled again: see `account list`. --damaged compares \
                     them.",
                );
                Vec::new()
            }
        };
        let RestoreSummary { accounts_without_codes, disabled } =
            operator.finish_restore(made_at, &to_disable).await.map_err(operator_error)?;
        if accounts_without_codes > 0 {
            let accounts = count(accounts_without_codes, "account");
            self.report.line(&format!(
                "The recovery codes of {accounts} are void: their owners get an email to make new ones."
            ));
        }
        if disabled > 0 {
            self.report.line(&format!("Disabled {}.", count(disabled, "account")));
        }
        Ok(())
    }

    /// Turns the folder into a data folder.
    async fn finish(self) -> Result<(), CommandError> {
        self.target.finish(&self.id, self.report.text()).context("the folder cannot become a data folder")?;
        // The first command or server does this if it fails here.
        let ready = self.store.set_installation_state(&self.id, InstallationState::Ready).await;
        let _ = ready.context("the database cannot be written")?;
        self.store.close().await;
        Ok(())
    }

    /// Removes what was written.
    async fn abort(self) -> Result<(), CommandError> {
        let discarded = self.store.discard_restore().await;
        self.store.close().await;
        self.target.abort().context(NOT_REMOVED)?;
        discarded.context(NOT_REMOVED)
    }
}

async fn verify(store: &SqlStore, packages: &PackageFiles, key_path: &Path) -> Result<(), RestoreError> {
    let unreadable = |error: StoreError| RestoreError::Target(format!("the restored database cannot be read: {error}"));
    if let Some(error) = store.integrity_errors().await.map_err(unreadable)?.first() {
        return Err(RestoreError::Backup(format!("has a damaged database: {error}")));
    }
    for package in store.package_files().await.map_err(unreadable)? {
        let matches = |entry: &FileEntry| entry.size == package.size && entry.sha256 == package.sha256.to_string();
        if !packages.get(&package.id).is_some_and(matches) {
            return Err(RestoreError::Backup(format!("does not contain the file of the package {}", package.id)));
        }
    }
    if !store.encryption_key_ids().await.map_err(unreadable)?.is_empty() {
        let keys = key_file::read(key_path).map_err(RestoreError::Target)?;
        let verified = store.verify_secrets(&keys.keyring(Arc::new(SystemEntropy))).await;
        verified.map_err(|error| RestoreError::Backup(format!("does not fit the key file: {error}")))?;
    }
    Ok(())
}
