//! `restore FILE`: creates an installation from a backup. Only the last step makes the folder a data folder.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, IsTerminal, Write, stderr, stdin};
use std::path::Path;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use padlock_api::operator::{Operator, RestoreSummary};
use padlock_api::ports::{StoreError, random_bytes};
use padlock_domain::{Login, PackageId, Timestamp};

use super::check::MIN_FREE_DISK_BYTES;
use super::installation::{operator_error, operator_on};
use super::output::{count, format_size, print_line};
use crate::backups::{self, EarlierBackup, FileEntry, Header, Reader};
use crate::cli::RestoreOptions;
use crate::command_error::{CommandError, Context};
use crate::data_folder::RestoreTarget;
use crate::store::{DatabaseUrl, SqlStore};
use crate::system::SystemEntropy;
use crate::{disk, key_file};

type PackageFiles = BTreeMap<PackageId, FileEntry>;

/// A backup of which it is known who wrote it, or that the operator trusts.
enum Backup {
    Authenticated(Box<Reader>),
    Earlier(EarlierBackup),
}

pub(super) async fn run(options: &RestoreOptions) -> Result<(), CommandError> {
    let (file, data) = (options.file.display(), &options.data.folder);
    let unusable = |what: String| CommandError::Usage(format!("the backup {file} {what}"));
    let key_path = key_file::path(options.key.key_file.as_deref(), data);
    let mut backup = open(options, &key_path)?;
    require_keys(backup.keys(), &key_path)?;

    let target = RestoreTarget::begin(data).map_err(CommandError::Usage)?;
    let url = options.data.database.clone().unwrap_or_else(|| DatabaseUrl::Sqlite(target.database()));
    match unpack(&mut backup, &target, &url, &key_path, options.is_move).await {
        Ok((store, packages)) => {
            let made_at = backup.made_at();
            if !options.is_move {
                finish(options, &store, made_at).await?;
            }
            let id = HEXLOWER.encode(&random_bytes::<16>(&SystemEntropy));
            store.set_installation_id(&id).await.context("the database cannot be written")?;
            store.close().await;
            target.finish(&id).context("the folder cannot become a data folder")?;
            if matches!(backup, Backup::Earlier(_)) {
                print_line("Nothing authenticates this backup: whoever could write the file decided who can sign in.");
            }
            let (to, packages) = (data.display(), count(packages, "package"));
            print_line(&if options.is_move {
                format!("Moved the installation to {to} and {url}: the database and {packages}. Sessions go on.")
            } else {
                format!(
                    "Restored the state of {made_at} into {to}: the database and {packages}. Everybody has to sign in anew."
                )
            });
            Ok(())
        }
        Err(what) => {
            target.abort().context("what was restored so far cannot be removed")?;
            Err(unusable(what))
        }
    }
}

/// Opens a backup and verifies who wrote it, before anything else of it is read.
fn open(options: &RestoreOptions, key_path: &Path) -> Result<Backup, CommandError> {
    let file = options.file.display();
    let unusable = |what: String| CommandError::Usage(format!("the backup {file} {what}"));
    let unreadable = |error: std::io::Error| unusable(format!("cannot be read: {error}"));
    let opened = File::open(&options.file).map_err(unreadable)?;
    let header = match Header::read(opened).map_err(unreadable)? {
        Ok(header) => header,
        Err(other) => {
            let earlier = EarlierBackup::open(other).map_err(unusable)?;
            if !options.unauthenticated {
                return Err(unusable(
                    "is of an earlier version, and nothing shows who wrote it: give --unauthenticated if you know where \
                     it was since"
                        .to_owned(),
                ));
            }
            return Ok(Backup::Earlier(earlier));
        }
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
fn require_free_disk(total: u64, folder: &Path) -> Result<(), String> {
    let free = disk::free_bytes(folder).map_err(|error| format!("cannot be unpacked: {error}"))?;
    if total <= free.saturating_sub(MIN_FREE_DISK_BYTES) {
        return Ok(());
    }
    let (total, free) = (format_size(total), format_size(free));
    Err(format!("cannot be unpacked: its files take {total}, and the disk has only {free} left"))
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

    fn extract(&mut self, entry: &FileEntry, to: &Path) -> Result<(), String> {
        match self {
            Self::Authenticated(reader) => reader.extract(entry, to),
            Self::Earlier(backup) => backup.extract(entry, to),
        }
    }

    /// Writes the rows into a new database.
    async fn restore_database(
        &mut self,
        target: &RestoreTarget,
        url: &DatabaseUrl,
        is_move: bool,
    ) -> Result<SqlStore, String> {
        let unusable = |error: StoreError| format!("has no usable database: {error}");
        let unwritable = |error: StoreError| format!("cannot be restored to {url}: {error}");
        match self {
            Self::Authenticated(reader) => {
                let store = SqlStore::open_at(url, reader.manifest.schema).await.map_err(unwritable)?;
                let left_out = backups::read_tables(reader, &store, is_move).await.map_err(unusable)?;
                if !left_out.is_empty() {
                    print_line(&format!("These columns are not known, and were left out: {}.", left_out.join(", ")));
                }
                store.migrate().await.map_err(unwritable)?;
                Ok(store)
            }
            Self::Earlier(backup) => {
                let copy = target.path().join("tmp").join("earlier.db");
                disk::create_private_folder(disk::parent(&copy))
                    .map_err(|error| format!("cannot be unpacked: {error}"))?;
                backup.extract_database(&copy)?;
                let earlier = SqlStore::open_untrusted(&copy).await.map_err(unusable)?;
                if let Some(error) = earlier.integrity_errors().await.map_err(unusable)?.first() {
                    return Err(format!("has a damaged database: {error}"));
                }
                let store = SqlStore::open(url).await.map_err(unwritable)?;
                backups::copy_tables(&earlier, &store).await.map_err(unusable)?;
                earlier.close().await;
                disk::remove_folder(disk::parent(&copy)).map_err(|error| format!("cannot be unpacked: {error}"))?;
                Ok(store)
            }
        }
    }
}

/// Unpacks and verifies everything, and returns the database and the number of packages.
async fn unpack(
    backup: &mut Backup,
    target: &RestoreTarget,
    url: &DatabaseUrl,
    key_path: &Path,
    is_move: bool,
) -> Result<(SqlStore, usize), String> {
    let unwritable = |error: std::io::Error| format!("cannot be unpacked: {error}");
    require_free_disk(backup.total_bytes(), target.path())?;
    let folder = target.path().join("packages");
    disk::create_private_folder(&folder).map_err(unwritable)?;
    let mut packages = PackageFiles::new();
    for entry in backup.files() {
        if let Some(id) = entry.package() {
            backup.extract(&entry, &target.path().join(&entry.name))?;
            packages.insert(id, entry);
        }
    }
    disk::sync_folder(&folder).map_err(unwritable)?;
    let store = backup.restore_database(target, url, is_move).await?;
    verify(&store, &packages, key_path).await?;
    Ok((store, packages.len()))
}

async fn verify(store: &SqlStore, packages: &PackageFiles, key_path: &Path) -> Result<(), String> {
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
        let keyring = key_file::read(key_path)?.keyring(Arc::new(SystemEntropy));
        store.verify_secrets(&keyring).await.map_err(|error| format!("does not fit the key file: {error}"))?;
    }
    Ok(())
}

/// Makes void what was used or ended after the backup was made.
async fn finish(options: &RestoreOptions, store: &SqlStore, made_at: Timestamp) -> Result<(), CommandError> {
    let operator = operator_on(store);
    let to_disable = accounts_to_disable(options, &operator).await?;
    let RestoreSummary { accounts_without_codes, disabled } =
        operator.finish_restore(made_at, &to_disable).await.map_err(operator_error)?;
    if accounts_without_codes > 0 {
        let accounts = count(accounts_without_codes, "account");
        print_line(&format!("The recovery codes of {accounts} are void: their owners get an email to make new ones."));
    }
    if disabled > 0 {
        print_line(&format!("Disabled {}.", count(disabled, "account")));
    }
    Ok(())
}

/// Returns the accounts that are enabled in the backup and disabled in the damaged installation, if the operator agrees.
async fn accounts_to_disable(options: &RestoreOptions, operator: &Operator) -> Result<Vec<Login>, CommandError> {
    let embedded = options.damaged.as_ref().map(|folder| DatabaseUrl::Sqlite(folder.join("padlock.db")));
    let Some(damaged) = options.damaged_database.clone().or(embedded) else {
        print_line(
            "Accounts that were disabled after the backup are enabled again: see `account list`. --damaged compares them.",
        );
        return Ok(Vec::new());
    };
    let in_damaged = match SqlStore::read_disabled(&damaged).await {
        Ok(accounts) => accounts,
        Err(error) => {
            print_line(&format!(
                "Nothing can be read of {damaged} ({error}): accounts that were disabled after the backup are enabled again, \
                 see `account list`."
            ));
            return Ok(Vec::new());
        }
    };
    let restored = operator.accounts().await.map_err(operator_error)?;
    let (mut to_disable, mut differences) = (Vec::new(), 0);
    for (login, disabled) in in_damaged {
        let account = restored.iter().map(|summary| &summary.account).find(|account| account.login.as_str() == login);
        let difference = match account {
            Some(account) if account.disabled == disabled => continue,
            Some(account) if disabled => {
                to_disable.push(account.login.clone());
                "is enabled in the backup, and was disabled since"
            }
            Some(_) => "is disabled in the backup, and was enabled since: it stays disabled",
            None => "was created after the backup, and is gone",
        };
        differences += 1;
        print_line(&format!("{login} {difference}."));
    }
    if differences == 0 {
        print_line("No account was disabled or enabled since.");
    }
    let disable = !to_disable.is_empty() && !options.leave_enabled && ask_to_disable(to_disable.len())?;
    Ok(if disable { to_disable } else { Vec::new() })
}

/// Asks at the terminal; without one, the answer is yes.
fn ask_to_disable(number: usize) -> Result<bool, CommandError> {
    if !stdin().is_terminal() {
        return Ok(true);
    }
    let _ = write!(stderr(), "Disable {} again? [Y/n] ", count(number, "account"));
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer).context("the answer cannot be read")?;
    Ok(!answer.trim().to_lowercase().starts_with('n'))
}
