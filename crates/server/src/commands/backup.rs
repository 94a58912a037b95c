//! `backup FILE`: writes one consistent state into a file, also beside a running server.
//!
//! The server may delete a package between the export of the database and the copy of its file. Each file is therefore
//! hard-linked first.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use padlock_api::keyring::Key;
use padlock_api::ports::{Clock, random_bytes};

use super::installation::Installation;
use super::output::{count, format_size, print_line};
use crate::backups::{self, Contents, Manifest, NewContent, Requirements, Writer, package_name};
use crate::cli::BackupOptions;
use crate::command_error::{CommandError, Context};
use crate::store::{InstallationState, SqlStore};
use crate::system::{SystemClock, SystemEntropy};
use crate::{disk, key_file};

const UNWRITABLE: &str = "the backup cannot be written";
const PACKAGES_UNREADABLE: &str = "the packages cannot be read";

pub(super) async fn run(options: &BackupOptions) -> Result<(), CommandError> {
    let (file, data) = (&options.file, &options.data.folder);
    let shown = file.display();
    if file.exists() {
        return Err(CommandError::Usage(format!("{shown} exists already: a backup never overwrites a file")));
    }
    if key_file::is_within(file, data) {
        return Err(CommandError::Usage(format!("{shown} would be in the data folder: keep backups somewhere else")));
    }
    let database = options.data.database.as_ref();
    let installation = if options.is_move {
        Installation::open_moved_or_not(data, database).await?
    } else {
        Installation::open(data, database).await?
    };
    if options.is_move && installation.is_in_use() {
        return Err(CommandError::Usage(
            "a server is running on this data, and what it does after the backup would be lost: stop it, then run this again"
                .to_owned(),
        ));
    }
    let key_path = key_file::path(options.key.key_file.as_deref(), data);
    let keys = key_file::read(&key_path).map_err(CommandError::Usage)?;
    // A restore needs one key file with the keys of the secrets and of the backup itself.
    let key_ids = installation.store.encryption_key_ids().await.context("the database cannot be read")?;
    keys.require(&key_ids, &key_path).map_err(CommandError::Usage)?;
    if options.is_move {
        // Before the export, so that no command changes anything after it.
        installation.set_state(InstallationState::Moved).await?;
    }
    let written = write(&installation, keys.newest(), file, options.is_move).await;
    if written.is_err() && installation.record.state == InstallationState::Ready && options.is_move {
        installation.set_state(InstallationState::Ready).await?;
    }
    installation.store.close().await;
    let packages = written?;
    let size = fs::metadata(file).map_or(0, |metadata| metadata.len());
    let packages = count(packages, "package");
    let size = format_size(size);
    print_line(&format!("Wrote {shown}: the database and {packages}, {size}. The key file is not in it."));
    if options.is_move {
        print_line(
            "No server starts on the old data any more. To go on with it instead of the new installation: `undo-move`.",
        );
    }
    Ok(())
}

/// Writes a backup and returns the number of packages in it.
async fn write(installation: &Installation, key: &Key, to: &Path, is_move: bool) -> Result<usize, CommandError> {
    let store = &installation.store;
    let staging = StagingFolder::create(installation.folder.path()).context("the backup cannot be prepared")?;
    let partial = PartialFile::beside(to);
    let file = disk::create_private(&partial.0).context(UNWRITABLE)?;
    let mut writer = Writer::new(NewContent::begin(file, key).context(UNWRITABLE)?);
    staging.link_packages().context(PACKAGES_UNREADABLE)?;
    let made_at = SystemClock.now();
    let tables = backups::write_tables(store, &mut writer, is_move).await;
    let Requirements { packages, key_ids } = tables.context("the database cannot be copied")?;
    for package in &packages {
        let name = package_name(package.id);
        let from = match staging.open_package(&name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(CommandError::Failed(format!("the file {name} is missing: see `check --hashes`")));
            }
            opened => opened.context(PACKAGES_UNREADABLE)?,
        };
        let entry = writer.add_package(package.id, from).context(UNWRITABLE)?;
        if entry.sha256 != package.sha256.to_string() {
            return Err(CommandError::Failed(format!("the file {name} is damaged: see `check --hashes`")));
        }
    }
    let contents = |files| Contents { made_at, keys: key_ids, files };
    let manifest = |files| Manifest::new(SqlStore::schema_version(), is_move, contents(files));
    let content = writer.finish(manifest).context(UNWRITABLE)?;
    content.authenticate().context(UNWRITABLE)?;
    disk::link(&partial.0, to).context("the backup cannot get its name")?;
    Ok(packages.len())
}

/// A backup under a temporary name, which is removed on drop.
struct PartialFile(PathBuf);

impl PartialFile {
    fn beside(file: &Path) -> Self {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:08x}.part", u32::from_be_bytes(random_bytes(&SystemEntropy))));
        Self(file.with_file_name(name))
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        let _ = disk::remove_file(&self.0);
    }
}

/// A folder below `tmp/`, which is removed on drop. The next start of the server empties `tmp/` in any case.
struct StagingFolder {
    path: PathBuf,
    data: PathBuf,
}

impl StagingFolder {
    fn create(data: &Path) -> io::Result<Self> {
        let name = format!("backup-{:016x}", u64::from_be_bytes(random_bytes(&SystemEntropy)));
        let path = data.join("tmp").join(name);
        disk::create_private_folder(&path.join("packages"))?;
        Ok(Self { path, data: data.to_owned() })
    }

    fn link_packages(&self) -> io::Result<()> {
        let packages = match fs::read_dir(self.data.join("packages")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            packages => packages?,
        };
        for entry in packages {
            let entry = entry?;
            match fs::hard_link(entry.path(), self.path.join("packages").join(entry.file_name())) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                linked => linked?,
            }
        }
        Ok(())
    }

    /// Opens the file of a package. One that was uploaded after the others were linked has no link.
    fn open_package(&self, name: &str) -> io::Result<File> {
        let link = self.path.join(name);
        File::open(if link.try_exists()? { link } else { self.data.join(name) })
    }
}

impl Drop for StagingFolder {
    fn drop(&mut self) {
        let _ = disk::remove_folder(&self.path);
    }
}
