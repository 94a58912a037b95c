//! The data folder: what kind of installation it holds, and that only one server uses it.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::disk;

/// Locked while a server uses the folder.
const LOCK_FILE: &str = "lock";
/// Contains one of the markers below.
const MARKER_FILE: &str = "installation";
const DATABASE_FILE: &str = "padlock.db";
/// Contains the id of the installation, which its database has too.
const ID_FILE: &str = "installation-id";
/// Contains the name of this folder among those of the installation.
const WORKER_FILE: &str = "worker-id";
/// Contains what a restore has reported.
const REPORT_FILE: &str = "restore.log";
const SUBFOLDERS: &[&str] = &["packages", "releases", "tmp"];

const REAL: &str = "real\n";
const DEMO: &str = "demo\n";
const DEMO_INCOMPLETE: &str = "demo, unfinished\n";
const RESTORING: &str = "being restored\n";

/// Precedes an id that the database may not have yet.
const NEW_ID: &str = "new ";

/// The id of an installation in its data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderId {
    /// The database may not have it yet.
    New(String),
    /// The database has it.
    Confirmed(String),
}

/// An open data folder.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    needs_demo_data: bool,
    /// Absent for a command that works beside a running server.
    lock: Option<File>,
}

/// A data folder during a restore. No server starts on it before [`RestoreTarget::finish`].
#[derive(Debug)]
pub struct RestoreTarget {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Opens or creates the folder and locks it until it is dropped. Removes the contents of an incomplete demo.
    ///
    /// # Errors
    /// Returns a sentence for the operator.
    pub fn open(path: &Path, demo: bool) -> Result<Self, String> {
        disk::create_private_folder(path).map_err(|error| unusable(path, &error))?;
        let lock = try_lock(path)?.ok_or_else(|| locked(path))?;
        let folder = Self::open_locked(path, demo, lock)?;
        make_private(path);
        Ok(folder)
    }

    fn open_locked(path: &Path, demo: bool, lock: File) -> Result<Self, String> {
        let shown = path.display();
        let unusable = |error: io::Error| unusable(path, &error);
        let needs_demo_data = match (read_marker(path)?.as_deref(), demo) {
            (Some(REAL), false) | (Some(DEMO), true) => false,
            (Some(DEMO_INCOMPLETE), true) => {
                remove_contents(path).map_err(unusable)?;
                true
            }
            (Some(marker), false) if marker.starts_with("demo") => {
                return Err(format!(
                    "the data folder {shown} was made with --demo: name another with --data, or give --demo"
                ));
            }
            (Some(REAL), true) => {
                return Err(format!(
                    "the data folder {shown} is not a demo's: name another with --data, or leave out --demo"
                ));
            }
            (Some(RESTORING), _) => return Err(format!("a restore into {shown} was interrupted: run it again")),
            (Some(_), _) => {
                return Err(format!("the data folder {shown} was made by another version of padlock-server"));
            }
            (None, _) => {
                if !is_empty(path).map_err(unusable)? {
                    return Err(format!("the folder {shown} holds something else: name another with --data"));
                }
                disk::write_atomically(&path.join(MARKER_FILE), if demo { DEMO_INCOMPLETE } else { REAL })
                    .map_err(unusable)?;
                demo
            }
        };
        Ok(Self { path: path.to_owned(), needs_demo_data, lock: Some(lock) })
    }

    /// Opens an existing folder for an operator command. A server may be running on it.
    ///
    /// # Errors
    /// Returns a sentence for the operator, also if the folder is missing or is a demo's.
    pub fn open_beside_server(path: &Path) -> Result<Self, String> {
        let missing = || {
            format!(
                "there is no data of Padlock in {}: name its folder with --data, or start with `account add`",
                path.display()
            )
        };
        if !Self::exists(path) {
            return Err(missing());
        }
        if let Some(lock) = try_lock(path)? {
            return Self::open_locked(path, false, lock);
        }
        match read_marker(path)?.as_deref() {
            Some(REAL) => Ok(Self { path: path.to_owned(), needs_demo_data: false, lock: None }),
            Some(RESTORING) => Err(format!("a backup is being restored into {}", path.display())),
            None => Err(missing()),
            Some(_) => Err(format!("{} is a demo's: its accounts and apps cannot be changed", path.display())),
        }
    }

    /// Returns whether the path is a data folder of any kind.
    #[must_use]
    pub fn exists(path: &Path) -> bool {
        path.join(MARKER_FILE).is_file()
    }

    /// Returns whether a server is running on the folder.
    #[must_use]
    pub const fn is_in_use(&self) -> bool {
        self.lock.is_none()
    }

    /// Returns the path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of the embedded database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE_FILE)
    }

    /// Returns the id of the installation, if the folder has one yet.
    ///
    /// # Errors
    /// Returns a sentence for the operator.
    pub fn installation_id(&self) -> Result<Option<FolderId>, String> {
        Ok(read_file(&self.path, ID_FILE)?.map(|text| match text.strip_prefix(NEW_ID) {
            Some(id) => FolderId::New(id.to_owned()),
            None => FolderId::Confirmed(text),
        }))
    }

    /// Saves the id of the installation.
    ///
    /// # Errors
    /// Returns a sentence for the operator.
    pub fn set_installation_id(&self, id: &FolderId) -> Result<(), String> {
        let text = match id {
            FolderId::New(id) => format!("{NEW_ID}{id}"),
            FolderId::Confirmed(id) => id.clone(),
        };
        disk::write_atomically(&self.path.join(ID_FILE), &text).map_err(|error| unusable(&self.path, &error))
    }

    /// Returns the name of this folder among those of the installation. It gets `new` if it has none yet.
    ///
    /// # Errors
    /// Returns a sentence for the operator.
    pub fn worker_id(&self, new: String) -> Result<String, String> {
        if let Some(id) = read_file(&self.path, WORKER_FILE)? {
            return Ok(id);
        }
        disk::write_atomically(&self.path.join(WORKER_FILE), &new).map_err(|error| unusable(&self.path, &error))?;
        Ok(new)
    }

    /// Returns the files and folders of the server here that others than their owner can access, with their modes.
    #[must_use]
    pub fn accessible_by_others(&self) -> Vec<(PathBuf, u32)> {
        private_paths(&self.path)
            .into_iter()
            .filter_map(|path| disk::wide_mode(&path).map(|mode| (path, mode)))
            .collect()
    }

    /// Returns whether this is a demo whose data has not been created yet.
    #[must_use]
    pub const fn needs_demo_data(&self) -> bool {
        self.needs_demo_data
    }

    /// Records that the data of the demo is complete.
    ///
    /// # Errors
    /// Returns an error if the marker cannot be written.
    pub fn mark_demo_complete(&mut self) -> io::Result<()> {
        disk::write_atomically(&self.path.join(MARKER_FILE), DEMO)?;
        self.needs_demo_data = false;
        Ok(())
    }
}

impl RestoreTarget {
    /// Creates the folder, or takes an empty one or one whose restore was interrupted.
    ///
    /// # Errors
    /// Returns a sentence for the operator.
    pub fn begin(path: &Path) -> Result<Self, String> {
        let unusable = |error: io::Error| unusable(path, &error);
        disk::create_private_folder(path).map_err(unusable)?;
        let lock = try_lock(path)?.ok_or_else(|| locked(path))?;
        match read_marker(path)?.as_deref() {
            Some(RESTORING) => remove_contents(path).map_err(unusable)?,
            None if is_empty(path).map_err(unusable)? => {}
            _ => {
                return Err(format!(
                    "the folder {} is not empty: a restore never overwrites existing data",
                    path.display()
                ));
            }
        }
        disk::write_atomically(&path.join(MARKER_FILE), RESTORING).map_err(unusable)?;
        make_private(path);
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Returns the path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of the database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE_FILE)
    }

    /// Turns the folder into the data folder of the installation with this id, atomically, and leaves a report in it.
    ///
    /// # Errors
    /// Returns an error if something cannot be written.
    pub fn finish(self, installation_id: &str, report: &str) -> io::Result<()> {
        disk::write_atomically(&self.path.join(REPORT_FILE), report)?;
        disk::write_atomically(&self.path.join(ID_FILE), installation_id)?;
        disk::write_atomically(&self.path.join(MARKER_FILE), REAL)
    }

    /// Removes what was restored so far.
    ///
    /// # Errors
    /// Returns an error if something cannot be removed. The next restore tries again.
    pub fn abort(self) -> io::Result<()> {
        remove_contents(&self.path)?;
        disk::remove_file(&self.path.join(MARKER_FILE))
    }
}

fn unusable(path: &Path, error: &io::Error) -> String {
    format!("the data folder {} cannot be used: {error}", path.display())
}

fn locked(path: &Path) -> String {
    format!("the data folder {} is used by another padlock-server", path.display())
}

/// Returns the marker of the folder, or `None` if it has none.
fn read_marker(path: &Path) -> Result<Option<String>, String> {
    read_file(path, MARKER_FILE)
}

fn read_file(path: &Path, name: &str) -> Result<Option<String>, String> {
    match fs::read_to_string(path.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, &error)),
    }
}

/// Returns the lock of the folder, or `None` if another process holds it.
fn try_lock(path: &Path) -> Result<Option<File>, String> {
    let unusable = |error: io::Error| unusable(path, &error);
    let mut options = disk::private_file_options();
    let file = options.create(true).truncate(false).open(path.join(LOCK_FILE)).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}

/// Narrows the permissions of what earlier versions, or the operator, created with wider ones.
fn make_private(path: &Path) {
    for path in private_paths(path) {
        if let Err(error) = disk::make_private(&path) {
            tracing::warn!(path = %path.display(), %error, "others may access this: its permissions cannot be changed");
        }
    }
}

/// Returns the data folder and the paths of the server in it, other files excluded. Releases are left out, because a
/// site may have 100 000 files and nobody gets past a private `releases/`.
fn private_paths(path: &Path) -> BTreeSet<PathBuf> {
    let database = ["", "-wal", "-shm", "-journal"].map(|suffix| format!("{DATABASE_FILE}{suffix}"));
    let files = [LOCK_FILE, MARKER_FILE, ID_FILE, WORKER_FILE, REPORT_FILE]
        .map(str::to_owned)
        .into_iter()
        .chain([format!("{MARKER_FILE}.new")]);
    let folders = SUBFOLDERS.iter().map(|folder| (*folder).to_owned());
    let mut paths: BTreeSet<_> = database.into_iter().chain(files).chain(folders).map(|name| path.join(name)).collect();
    paths.insert(path.to_owned());
    let packages = path.join("packages");
    if fs::symlink_metadata(&packages).is_ok_and(|metadata| metadata.is_dir()) {
        paths.extend(fs::read_dir(packages).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())));
    }
    paths
}

/// Ignores the files that an interrupted first start leaves.
fn is_empty(path: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        if name != LOCK_FILE && name != format!("{MARKER_FILE}.new").as_str() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn remove_contents(path: &Path) -> io::Result<()> {
    for folder in SUBFOLDERS {
        disk::remove_folder(&path.join(folder))?;
    }
    for suffix in ["", "-wal", "-shm"] {
        disk::remove_file(&path.join(format!("{DATABASE_FILE}{suffix}")))?;
    }
    for file in [ID_FILE, WORKER_FILE, REPORT_FILE] {
        disk::remove_file(&path.join(file))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_server_opens_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataFolder::open(folder.path(), false).unwrap();
        assert!(DataFolder::open(folder.path(), false).unwrap_err().contains("another padlock-server"));
        drop(first);
        assert!(DataFolder::open(folder.path(), false).is_ok());
    }

    #[test]
    fn a_demo_never_opens_a_real_folder_nor_the_reverse() {
        let folder = tempfile::tempdir().unwrap();
        let demo = folder.path().join("demo");
        DataFolder::open(&demo, true).unwrap().mark_demo_complete().unwrap();
        assert!(DataFolder::open(&demo, false).unwrap_err().contains("made with --demo"));
        assert!(!DataFolder::open(&demo, true).unwrap().needs_demo_data());
        let real = folder.path().join("real");
        assert!(!DataFolder::open(&real, false).unwrap().needs_demo_data());
        assert!(DataFolder::open(&real, true).unwrap_err().contains("not a demo's"));
    }

    #[test]
    fn an_incomplete_demo_is_created_again() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataFolder::open(folder.path(), true).unwrap();
        assert!(first.needs_demo_data());
        fs::write(first.database(), "half").unwrap();
        drop(first);
        let second = DataFolder::open(folder.path(), true).unwrap();
        assert!(second.needs_demo_data());
        assert!(!second.database().exists());
    }

    #[test]
    fn a_folder_with_other_files_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
        assert!(DataFolder::open(folder.path(), true).unwrap_err().contains("holds something else"));
        assert!(folder.path().join("thesis.txt").exists());
    }
}
