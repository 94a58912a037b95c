//! `backup FILE`: one consistent state of everything, while others work.
//!
//! A package may be deleted between the moment that the database is copied and the moment that its file is. So every file
//! gets a second name first: whatever happens to the first, what belongs to the copy is there.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use padlock_api::ports::{Clock, entropy};

use super::backup_file::{DATABASE, Writer, package_name};
use super::installation::Installation;
use super::{counted, failed, human, say};
use crate::cli::Backup;
use crate::serve::Stop;
use crate::store::SqliteStore;
use crate::system::{SystemClock, SystemEntropy};
use crate::{disk, key_file};

pub(super) async fn run(options: &Backup) -> Result<(), Stop> {
    let (file, data) = (&options.file, &options.place.data);
    let shown = file.display();
    if file.exists() {
        return Err(Stop::Usage(format!("there is a file {shown} already: a backup is never written over another")));
    }
    if key_file::is_within(file, data) {
        return Err(Stop::Usage(format!("{shown} would lie in the data folder: keep backups somewhere else")));
    }
    let installation = Installation::open(data).await?;
    let staging = Staging::begin(installation.folder.path()).map_err(failed("the backup cannot be prepared"))?;
    let beside = Unfinished::beside(file);
    let made = write(&installation, &staging, &beside.0).await;
    installation.store.close().await;
    let packages = made?;
    // Unlike a rename, a link fails where there is a file by now.
    fs::hard_link(&beside.0, file)
        .and_then(|()| disk::sync_folder(key_file::folder_of(file)))
        .map_err(failed("the backup cannot get its name"))?;
    let size = fs::metadata(file).map_or(0, |meta| meta.len());
    say(&format!(
        "Wrote {shown}: the database and {}, {}. The key file is not in it.",
        counted(packages, "package"),
        human(size)
    ));
    Ok(())
}

async fn write(installation: &Installation, staging: &Staging, to: &Path) -> Result<usize, Stop> {
    let unwritable = || failed("the backup cannot be written");
    let file = create(to).map_err(unwritable())?;
    staging.link_packages().map_err(failed("the packages cannot be read"))?;
    let copy = staging.0.join(DATABASE);
    installation.store.copy_to(&copy).await.map_err(failed("the database cannot be copied"))?;
    let store = SqliteStore::open(&copy).await.map_err(failed("the copy of the database cannot be opened"))?;
    store.delete_sessions().await.map_err(failed("the copy of the database cannot be cleared of sessions"))?;
    let packages = store.package_files().await.map_err(failed("the copy of the database cannot be read"))?;
    let keys = store.encryption_key_ids().await.map_err(failed("the copy of the database cannot be read"))?;
    store.close().await;

    let mut writer = Writer::new(file);
    writer.add(DATABASE, &copy).map_err(unwritable())?;
    for package in &packages {
        let name = package_name(package.id);
        let from = staging.package(&name).map_err(failed("the packages cannot be read"))?;
        let kept = writer.add(&name, &from).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Stop::Failed(format!("the file {name} is gone: `check --hashes` says more")),
            _ => unwritable()(error),
        })?;
        if kept.sha256 != package.sha256.to_string() {
            return Err(Stop::Failed(format!("the file {name} is damaged: `check --hashes` says more")));
        }
    }
    writer.finish(SystemClock.now(), keys).map_err(unwritable())?;
    Ok(packages.len())
}

/// For its owner alone.
fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A backup under its unfinished name; dropped, that name is gone.
struct Unfinished(PathBuf);

impl Unfinished {
    fn beside(file: &Path) -> Self {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:08x}.part", u32::from_be_bytes(entropy(&SystemEntropy))));
        Self(file.with_file_name(name))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _ = disk::remove_file(&self.0);
    }
}

/// A folder below `tmp/`, which the next start of the server sweeps whatever happens; dropped, it is gone.
struct Staging(PathBuf, PathBuf);

impl Staging {
    fn begin(data: &Path) -> io::Result<Self> {
        let name = format!("backup-{:016x}", u64::from_be_bytes(entropy(&SystemEntropy)));
        let folder = data.join("tmp").join(name);
        fs::create_dir_all(folder.join("packages"))?;
        Ok(Self(folder, data.to_owned()))
    }

    /// Second names for every package file that there is.
    fn link_packages(&self) -> io::Result<()> {
        let packages = match fs::read_dir(self.1.join("packages")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            packages => packages?,
        };
        for entry in packages {
            let entry = entry?;
            match fs::hard_link(entry.path(), self.0.join("packages").join(entry.file_name())) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                linked => linked?,
            }
        }
        Ok(())
    }

    /// Where a package's file can be read. One that came after the others got their second names has only its first.
    fn package(&self, name: &str) -> io::Result<PathBuf> {
        let linked = self.0.join(name);
        Ok(if linked.try_exists()? { linked } else { self.1.join(name) })
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = disk::remove_folder(&self.0);
    }
}
