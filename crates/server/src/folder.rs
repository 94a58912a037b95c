//! The data folder: whose it is, and that only one server uses it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::disk;

/// Held locked while a server uses the folder.
const LOCK: &str = "lock";
/// Says what the folder is.
const MARK: &str = "installation";
/// Everything else that is ever in it, besides the database.
const FOLDERS: &[&str] = &["packages", "releases", "tmp"];
/// The database.
const DATABASE: &str = "padlock.db";

const REAL: &str = "real\n";
const DEMO: &str = "demo\n";
const DEMO_UNFINISHED: &str = "demo, unfinished\n";

/// An open data folder. Nobody else can open it until it is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    seeded: bool,
    _lock: File,
}

impl DataFolder {
    /// Opens the folder, or makes it. A demo that was not finished is begun anew.
    ///
    /// # Errors
    /// A sentence for the person at the terminal.
    pub fn open(path: &Path, demo: bool) -> Result<Self, String> {
        let shown = path.display();
        let unusable = |error: io::Error| format!("the data folder {shown} cannot be used: {error}");
        make(path).map_err(unusable)?;
        let lock = File::options().create(true).truncate(false).write(true).open(path.join(LOCK)).map_err(unusable)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => format!("the data folder {shown} is used by another padlock-server"),
            TryLockError::Error(error) => unusable(error),
        })?;
        let seeded = match (fs::read_to_string(path.join(MARK)), demo) {
            (Ok(mark), false) if mark == REAL => true,
            (Ok(mark), true) if mark == DEMO => true,
            (Ok(mark), true) if mark == DEMO_UNFINISHED => {
                clear(path).map_err(unusable)?;
                false
            }
            (Ok(mark), false) if mark.starts_with("demo") => {
                return Err(format!(
                    "the data folder {shown} was made with --demo: name another with --data, or give --demo"
                ));
            }
            (Ok(mark), true) if mark == REAL => {
                return Err(format!(
                    "the data folder {shown} is not a demo's: name another with --data, or leave out --demo"
                ));
            }
            (Ok(_), _) => return Err(format!("the data folder {shown} was made by another version of padlock-server")),
            (Err(error), _) if error.kind() == io::ErrorKind::NotFound => {
                if !is_new(path).map_err(unusable)? {
                    return Err(format!("the folder {shown} holds something else: name another with --data"));
                }
                disk::replace(&path.join(MARK), if demo { DEMO_UNFINISHED } else { REAL }).map_err(unusable)?;
                !demo
            }
            (Err(error), _) => return Err(unusable(error)),
        };
        Ok(Self { path: path.to_owned(), seeded, _lock: lock })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database's file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// Whether the demo's data has yet to be made.
    #[must_use]
    pub const fn wants_seed(&self) -> bool {
        !self.seeded
    }

    /// Notes that the demo's data is there, all of it.
    ///
    /// # Errors
    /// When the note cannot be written.
    pub fn seeded(&mut self) -> io::Result<()> {
        disk::replace(&self.path.join(MARK), DEMO)?;
        self.seeded = true;
        Ok(())
    }
}

/// For its owner alone: it holds people's packages and hashes of their passwords.
fn make(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Whether there is nothing in it but what a first start that was cut short leaves.
fn is_new(path: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        if name != LOCK && name != format!("{MARK}.new").as_str() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn clear(path: &Path) -> io::Result<()> {
    for folder in FOLDERS {
        disk::remove_folder(&path.join(folder))?;
    }
    for end in ["", "-wal", "-shm"] {
        disk::remove_file(&path.join(format!("{DATABASE}{end}")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataFolder::open(folder.path(), false).unwrap();
        assert!(DataFolder::open(folder.path(), false).unwrap_err().contains("another padlock-server"));
        drop(first);
        assert!(DataFolder::open(folder.path(), false).is_ok());
    }

    #[test]
    fn demo_and_real_stay_apart() {
        let folder = tempfile::tempdir().unwrap();
        let demo = folder.path().join("demo");
        DataFolder::open(&demo, true).unwrap().seeded().unwrap();
        assert!(DataFolder::open(&demo, false).unwrap_err().contains("made with --demo"));
        assert!(!DataFolder::open(&demo, true).unwrap().wants_seed());
        let real = folder.path().join("real");
        assert!(!DataFolder::open(&real, false).unwrap().wants_seed());
        assert!(DataFolder::open(&real, true).unwrap_err().contains("not a demo's"));
    }

    #[test]
    fn a_demo_cut_short_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataFolder::open(folder.path(), true).unwrap();
        assert!(first.wants_seed());
        fs::write(first.database(), "half").unwrap();
        drop(first);
        let second = DataFolder::open(folder.path(), true).unwrap();
        assert!(second.wants_seed());
        assert!(!second.database().exists());
    }

    #[test]
    fn a_folder_of_something_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
        assert!(DataFolder::open(folder.path(), true).unwrap_err().contains("holds something else"));
        assert!(folder.path().join("thesis.txt").exists());
    }
}
