//! Releases on disk: `releases/<deployment id>/` is the unpacked `web/` of a package.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};

use padlock_api::packages::archive::{self, PackageError};
use padlock_api::ports::{ReadSeek, RuntimeError, UnpackObserver};
use padlock_domain::{DeploymentId, PackageLimits};

use crate::disk;

/// The names of incomplete releases start with this.
const INCOMPLETE_PREFIX: &str = "unfinished-";

#[derive(Debug, Clone)]
pub(super) struct Releases {
    folder: PathBuf,
    limits: PackageLimits,
}

impl Releases {
    /// Opens or creates the folder below `data`, and removes incomplete releases.
    pub(super) fn open(data: &Path, limits: PackageLimits) -> io::Result<Self> {
        let folder = data.join("releases");
        disk::create_private_folder(&folder)?;
        disk::sync_folder(data)?;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(INCOMPLETE_PREFIX) {
                disk::remove_folder(&entry.path())?;
            }
        }
        Ok(Self { folder, limits })
    }

    pub(super) fn path(&self, id: DeploymentId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    /// Unpacks a package durably under a temporary name, then renames it.
    pub(super) fn unpack(
        &self,
        id: DeploymentId,
        package: Box<dyn ReadSeek>,
        on_progress: UnpackObserver,
    ) -> Result<(), RuntimeError> {
        let incomplete = self.folder.join(format!("{INCOMPLETE_PREFIX}{id}"));
        let result = self.write(&incomplete, package, on_progress).and_then(|()| {
            let release = self.path(id);
            disk::remove_folder(&release)?;
            Ok(disk::rename(&incomplete, &release)?)
        });
        if result.is_err()
            && let Err(error) = disk::remove_folder(&incomplete)
        {
            tracing::warn!(%error, "an incomplete release stays until the next start");
        }
        result.map_err(runtime_error)
    }

    fn write(
        &self,
        folder: &Path,
        mut package: Box<dyn ReadSeek>,
        mut on_progress: UnpackObserver,
    ) -> Result<(), PackageError> {
        let size = package.seek(SeekFrom::End(0))?;
        package.seek(SeekFrom::Start(0))?;
        disk::remove_folder(folder)?;
        disk::create_private_folder(folder)?;
        archive::unpack_web(package, size, &self.limits, &mut *on_progress, &mut |name, content| {
            // The archive has checked that names are relative and unique. Only folders and new files are created, so no
            // link is followed.
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                disk::create_private_folder(parent)?;
            }
            let mut file = disk::create_private(&path)?;
            io::copy(content, &mut file)?;
            file.sync_all()
        })?;
        Ok(sync_folders(folder)?)
    }

    /// Removes a release. Renames it first, so that a partly removed release does not look complete.
    pub(super) fn remove(&self, id: DeploymentId) -> io::Result<()> {
        let incomplete = self.folder.join(format!("{INCOMPLETE_PREFIX}{id}"));
        match fs::rename(self.path(id), &incomplete) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        disk::remove_folder(&incomplete)
    }

    /// Removes all releases but these, and returns how many it removed.
    pub(super) fn remove_unreferenced(&self, keep: &BTreeSet<DeploymentId>) -> io::Result<u64> {
        let mut removed = 0;
        for entry in fs::read_dir(&self.folder)? {
            let id = entry?.file_name().to_str().and_then(|name| name.parse::<DeploymentId>().ok());
            if let Some(id) = id.filter(|id| !keep.contains(id)) {
                self.remove(id)?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    disk::sync_folder(folder)
}

fn runtime_error(error: PackageError) -> RuntimeError {
    match error {
        PackageError::Io(error) => io_error(&error),
        other => RuntimeError::Unreadable(other.to_string()),
    }
}

pub(super) fn io_error(error: &io::Error) -> RuntimeError {
    if disk::is_disk_full(error) { RuntimeError::Full } else { RuntimeError::Failed(error.to_string()) }
}
