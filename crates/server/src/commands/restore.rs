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
use crate::backups::{self, EarlierBackup, FileEntry, Head, Reader, RestoreError};
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
    require_keys(backup.keys(), &key_path)?;
    let damaged = DamagedInstallation::read(options).await?;

    let target = RestoreTarget::begin(data).map_err(CommandError::Usage)?;
    let url = options.data.database.clone().unwrap_or_else(|| DatabaseUrl::Sqlite(target.database()));
    let mut restore = Restore {
        options,
        id: HEXLOWER.encode(&random_bytes::<16>(&SystemEntropy)),
        target,
        url,
        report: RestoreReport::default(),
    };
    match restore.unpack(&mut backup, &key_path).await {
        Ok((_lock, store, packages)) => restore.finish(&backup, &store, damaged, packages).await,
        Err(error) => {
            restore.target.abort().context("what was restored so far cannot be removed")?;
            Err(error.for_backup(&options.file))
        }
    }
}

/// Opens a backup and verifies who wrote it, before anything else of it is read.
fn open(options: &RestoreOptions, key_path: &Path) -> Result<Backup, CommandError> {
    let file = options.file.display();
    let unusable = |what: String| CommandError::Usage(format!("the backup {file} {what}"));
    let unreadable = |error: std::io::Error| unusable(format!("cannot be read: {error}"));
    let opened = File::open(&options.file).map_err(unreadable)?;
    let header = match Head::read(opened).map_err(unreadable)? {
        Head::Current(header) => header,
        Head::Other(what) => return Err(unusable(what.to_owned())),
        Head::Earlier(_) if options.is_move => {
            return Err(unusable("is of an earlier version, which had no moves".to_owned()));
        }
        Head::Earlier(_) if !options.unauthenticated => {
            return Err(unusable(
                "is of an earlier version, and nothing shows who wrote it: give --unauthenticated if you know where it was \
                 since"
                    .to_owned(),
            ));
        }
        Head::Earlier(file) => return EarlierBackup::open(file).map(Backup::Earlier).map_err(unusable),
    };
    let keys = key_file::read(key_path).map_err(CommandError::Usage)?;
    let Some(key) = keys.iter().find(|key| key.id() == header.key_id) else {
        return Err(missing_key(key_path, &header.key_id));
    };
    let Some(content) = backups::open_authenticated(header, key).map_err(unreadable)? else {
        return Err(unusable("is damaged, or somebody changed it: its code is wrong".to_owned()));
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
    let ids: Vec<_> = key_file::read(key_path).map_err(CommandError::Usage)?.iter().map(|key| key.id()).collect();
    required_ids.iter().find(|id| !ids.contains(id)).map_or(Ok(()), |id| Err(missing_key(key_path, id)))
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
    const fn made_at(&self) -> Timestamp {
        match self {
            Self::Authenticated(reader) => reader.manifest.made_at,
            Self::Earlier(backup) => backup.made_at(),
        }
    }

    fn keys(&self) -> &[String] {
        match self {
            Self::Authenticated(reader) => &reader.manifest.keys,
            Self::Earlier(backup) => backup.keys(),
        }
    }

    fn total_bytes(&self) -> u64 {
        match self {
            Self::Authenticated(reader) => reader.manifest.total_bytes(),
            Self::Earlier(backup) => backup.total_bytes(),
        }
    }

    fn files(&self) -> Vec<FileEntry> {
        match self {
            Self::Authenticated(reader) => reader.manifest.files.clone(),
            Self::Earlier(backup) => backup.files().to_vec(),
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
    report: RestoreReport,
}

impl Restore<'_> {
    /// Unpacks and verifies everything, and returns the database and the number of packages.
    async fn unpack(
        &mut self,
        backup: &mut Backup,
        key_path: &Path,
    ) -> Result<(DatabaseLock, SqlStore, usize), RestoreError> {
        let lock = DatabaseLock::try_acquire(&self.url).await.map_err(RestoreError::writing_rows)?;
        let lock = lock.ok_or_else(|| {
            RestoreError::Backup(format!("cannot be restored to {}: a padlock-server uses it", self.url))
        })?;
        let store = SqlStore::open_for_restore(&self.url, backup.schema()).await.map_err(RestoreError::writing_rows)?;
        let unwritable = |error| RestoreError::Target(format!("the packages cannot be unpacked: {error}"));
        require_free_disk(backup.total_bytes(), self.target.path())?;
        let folder = self.target.path().join("packages");
        disk::create_private_folder(&folder).map_err(unwritable)?;
        let mut packages = PackageFiles::new();
        for entry in backup.files() {
            if let Some(id) = entry.package() {
                backup.extract(&entry, &self.target.path().join(&entry.name))?;
                packages.insert(id, entry);
            }
        }
        disk::sync_folder(&folder).map_err(unwritable)?;
        self.write_rows(backup, &store).await?;
        verify(&store, &packages, key_path).await?;
        Ok((lock, store, packages.len()))
    }

    /// Writes the rows into the new database.
    async fn write_rows(&mut self, backup: &mut Backup, store: &SqlStore) -> Result<(), RestoreError> {
        let unusable = |error: StoreError| RestoreError::Backup(format!("has no usable database: {error}"));
        match backup {
            Backup::Authenticated(reader) => {
                let left_out = backups::read_tables(reader, store, &self.id, self.options.is_move).await?;
                if !left_out.is_empty() {
                    let left_out = left_out.join(", ");
                    self.report.line(&format!("These columns are not known, and were left out: {left_out}."));
                }
                store.migrate().await.map_err(RestoreError::writing_rows)
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
                backups::copy_tables(&earlier, store, &self.id).await.map_err(RestoreError::writing_rows)?;
                earlier.close().await;
                disk::remove_folder(disk::parent(&copy)).map_err(unwritable)
            }
        }
    }

    /// Makes void what was used or ended after the backup was made, unless this is a move, and turns the folder into a data
    /// folder.
    async fn finish(
        mut self,
        backup: &Backup,
        store: &SqlStore,
        damaged: Option<DamagedInstallation>,
        packages: usize,
    ) -> Result<(), CommandError> {
        let made_at = backup.made_at();
        let (to, packages) = (self.options.data.folder.display(), count(packages, "package"));
        if self.options.is_move {
            self.report.line(&format!(
                "Moved the installation to {to} and {}: the database and {packages}, as they were at {made_at}. Sessions go \
                 on.",
                self.url
            ));
        } else {
            self.make_void(store, made_at, damaged).await?;
            self.report.line(&format!(
                "Restored the state of {made_at} into {to}: the database and {packages}. Everybody has to sign in anew."
            ));
        }
        if matches!(backup, Backup::Earlier(_)) {
            self.report
                .line("Nothing authenticates this backup: whoever could write the file decided who can sign in.");
        }
        self.target.finish(&self.id, self.report.text()).context("the folder cannot become a data folder")?;
        // The first command or server does this if it fails here.
        let ready = store.set_installation_state(&self.id, InstallationState::Ready).await;
        let _ = ready.context("the database cannot be written")?;
        store.close().await;
        Ok(())
    }

    async fn make_void(
        &mut self,
        store: &SqlStore,
        made_at: Timestamp,
        damaged: Option<DamagedInstallation>,
    ) -> Result<(), CommandError> {
        let operator = operator_on(store);
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
