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
const RESTORING: &str = "being restored\n";

/// An open data folder. Nobody else can open it until it is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    seeded: bool,
    /// None for a command that works beside the server, which has it.
    lock: Option<File>,
}

/// A data folder that a backup is being restored into. Until [`Restoring::finish`] no server starts on it.
#[derive(Debug)]
pub struct Restoring {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Opens the folder, or makes it. A demo that was not finished is begun anew.
    ///
    /// # Errors
    /// A sentence for the person at the terminal.
    pub fn open(path: &Path, demo: bool) -> Result<Self, String> {
        let shown = path.display();
        let unusable = |error: io::Error| unusable(path, &error);
        make(path).map_err(unusable)?;
        let lock = lock(path)?.ok_or_else(|| used(path))?;
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
            (Ok(mark), _) if mark == RESTORING => {
                return Err(format!("a restore into {shown} was cut short: run it again"));
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
        Ok(Self { path: path.to_owned(), seeded, lock: Some(lock) })
    }

    /// Opens the folder for a command of the operator's, which may work beside a server that runs on it.
    ///
    /// # Errors
    /// A sentence for the person at the terminal, also when it is a demo's or there is none yet.
    pub fn beside_server(path: &Path) -> Result<Self, String> {
        if !Self::is_there(path) {
            return Err(format!(
                "there is no data of Padlock in {}: name its folder with --data, or begin with `account add`",
                path.display()
            ));
        }
        if lock(path)?.is_some() {
            return Self::open(path, false);
        }
        let mark = fs::read_to_string(path.join(MARK)).map_err(|error| unusable(path, &error))?;
        match mark.as_str() {
            REAL => Ok(Self { path: path.to_owned(), seeded: true, lock: None }),
            RESTORING => Err(format!("{} is being restored just now", path.display())),
            _ => Err(format!("{} is a demo's: its accounts and apps are what they are", path.display())),
        }
    }

    /// Whether there is one at all, of whatever kind.
    #[must_use]
    pub fn is_there(path: &Path) -> bool {
        path.join(MARK).is_file()
    }

    /// Whether a server runs on it.
    #[must_use]
    pub const fn is_served(&self) -> bool {
        self.lock.is_none()
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

impl Restoring {
    /// Takes an empty folder, or one that an earlier restore was cut short in, or makes it.
    ///
    /// # Errors
    /// A sentence for the person at the terminal.
    pub fn begin(path: &Path) -> Result<Self, String> {
        let unusable = |error: io::Error| unusable(path, &error);
        make(path).map_err(unusable)?;
        let lock = lock(path)?.ok_or_else(|| used(path))?;
        match fs::read_to_string(path.join(MARK)) {
            Ok(mark) if mark == RESTORING => clear(path).map_err(unusable)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_new(path).map_err(unusable)? => {}
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
            _ => {
                return Err(format!(
                    "the folder {} is not empty: a backup is restored beside what there is, never over it",
                    path.display()
                ));
            }
        }
        disk::replace(&path.join(MARK), RESTORING).map_err(unusable)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Where everything belongs.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the database belongs.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// Everything is there and was checked: from now on it is a data folder. One step, and lasting.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn finish(self) -> io::Result<()> {
        disk::replace(&self.path.join(MARK), REAL)
    }

    /// Takes away what was restored so far.
    ///
    /// # Errors
    /// When some of it cannot be taken away; the next restore tries again.
    pub fn give_up(self) -> io::Result<()> {
        clear(&self.path)?;
        disk::remove_file(&self.path.join(MARK))
    }
}

fn unusable(path: &Path, error: &io::Error) -> String {
    format!("the data folder {} cannot be used: {error}", path.display())
}

fn used(path: &Path) -> String {
    format!("the data folder {} is used by another padlock-server", path.display())
}

/// The folder's lock, unless somebody has it.
fn lock(path: &Path) -> Result<Option<File>, String> {
    let unusable = |error: io::Error| unusable(path, &error);
    let file = File::options().create(true).truncate(false).write(true).open(path.join(LOCK)).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
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
    match builder.create(path) {
        // By another command, at the same moment.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
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
