//! Releases on disk: `releases/<deployment id>/`, the unpacked `web/` of one package.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};

use padlock_api::packages::archive::{self, PackageError};
use padlock_api::ports::{ReadSeek, RuntimeError};
use padlock_domain::ids::DeploymentId;
use padlock_domain::package::PackageLimits;

use crate::disk;

/// Under which a release is written until it is whole.
const UNFINISHED: &str = "unfinished-";

/// The folder of releases.
#[derive(Debug, Clone)]
pub(super) struct Releases {
    folder: PathBuf,
    caps: PackageLimits,
}

impl Releases {
    /// Opens the folder below `data`, makes it if need be, and sweeps what an earlier run left half-done.
    pub(super) fn open(data: &Path, caps: PackageLimits) -> io::Result<Self> {
        let folder = data.join("releases");
        fs::create_dir_all(&folder)?;
        disk::sync_folder(data)?;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                disk::remove_folder(&entry.path())?;
            }
        }
        Ok(Self { folder, caps })
    }

    /// Where a release lies.
    pub(super) fn path(&self, id: DeploymentId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    /// Unpacks a package beside, sees to it that it is on stable storage, and gives it its name in one step.
    pub(super) fn unpack(&self, id: DeploymentId, package: Box<dyn ReadSeek>) -> Result<(), RuntimeError> {
        let beside = self.folder.join(format!("{UNFINISHED}{id}"));
        let result = self.write(&beside, package).and_then(|()| {
            let whole = self.path(id);
            disk::remove_folder(&whole)?;
            Ok(disk::rename(&beside, &whole)?)
        });
        if result.is_err()
            && let Err(error) = disk::remove_folder(&beside)
        {
            tracing::warn!(%error, "half a release stays until the next start");
        }
        result.map_err(runtime_error)
    }

    fn write(&self, beside: &Path, mut package: Box<dyn ReadSeek>) -> Result<(), PackageError> {
        let size = package.seek(SeekFrom::End(0))?;
        package.seek(SeekFrom::Start(0))?;
        disk::remove_folder(beside)?;
        fs::create_dir(beside)?;
        archive::unpack_web(package, size, &self.caps, &mut |below, content| {
            // The archive's names are checked: plain, relative, and none twice. Nothing but folders and files is ever
            // made here, and a file that exists already is an error, so no link can be followed.
            let path = beside.join(below);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = File::create_new(&path)?;
            io::copy(content, &mut file)?;
            file.sync_all()
        })?;
        Ok(sync_folders(beside)?)
    }

    /// Takes a release away. It loses its name first, so that half of it is never taken for the whole.
    pub(super) fn remove(&self, id: DeploymentId) -> io::Result<()> {
        let going = self.folder.join(format!("{UNFINISHED}{id}"));
        match fs::rename(self.path(id), &going) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        disk::remove_folder(&going)
    }

    /// Takes away every release but these, and says how many.
    pub(super) fn remove_unreferenced(&self, keep: &BTreeSet<DeploymentId>) -> io::Result<u64> {
        let mut swept = 0;
        for entry in fs::read_dir(&self.folder)? {
            let id = entry?.file_name().to_str().and_then(|name| name.parse::<DeploymentId>().ok());
            if let Some(id) = id.filter(|id| !keep.contains(id)) {
                self.remove(id)?;
                swept += 1;
            }
        }
        Ok(swept)
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
    if disk::is_full(error) { RuntimeError::Full } else { RuntimeError::Io(error.to_string()) }
}
