//! The key file: the keys that decrypt the secrets in the database. It must not be in the data folder, so that a copy of
//! the folder decrypts nothing.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use padlock_api::keyring::{KEY_BYTES, Key, Keyring};
use padlock_api::ports::{Entropy, random_bytes};

use crate::disk;

const HEADER: &str = "# Keys of Padlock, the newest last. Keep a copy of this file apart from copies of the data. Without it no\n\
                      # second factor can be verified; with it and the data, every secret can be decrypted.\n";

/// The keys in a key file. There is at least one.
#[derive(Debug)]
pub struct Keys {
    older: Vec<Key>,
    newest: Key,
}

impl Keys {
    /// Returns the keys, the newest last.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.older.iter().chain([&self.newest])
    }

    /// Returns the key with this id, if it is in the file.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Key> {
        self.iter().find(|key| key.id() == id)
    }

    /// Returns the first of these ids whose key is not in the file.
    #[must_use]
    pub fn missing<'a>(&self, ids: &'a [String]) -> Option<&'a str> {
        ids.iter().map(String::as_str).find(|id| self.find(id).is_none())
    }

    /// Returns an error unless every key with one of these ids is in the file, which is at `path`.
    ///
    /// # Errors
    /// Returns a sentence for the operator.
    pub fn require(&self, ids: &[String], path: &Path) -> Result<(), String> {
        match self.missing(ids) {
            None => Ok(()),
            Some(missing) => Err(format!(
                "the key file {} does not belong to this data: the key {missing} is not in it",
                path.display()
            )),
        }
    }

    /// Returns the newest key.
    #[must_use]
    pub const fn newest(&self) -> &Key {
        &self.newest
    }

    /// Returns the number of keys.
    #[must_use]
    pub fn count(&self) -> usize {
        self.older.len() + 1
    }

    /// Adds a new key.
    pub fn add(&mut self, newest: Key) {
        self.older.push(std::mem::replace(&mut self.newest, newest));
    }

    /// Removes all keys but the newest.
    pub fn forget_old(&mut self) {
        self.older.clear();
    }

    /// Returns a keyring of these keys that takes its nonces from `source`.
    #[must_use]
    pub fn keyring(&self, source: Arc<dyn Entropy>) -> Keyring {
        Keyring::new(self.newest.clone(), self.older.clone(), source)
    }
}

/// Returns the configured path, or the default: `data.key` beside `data`.
#[must_use]
pub fn path(configured: Option<&Path>, data: &Path) -> PathBuf {
    configured.map_or_else(|| default_path(data), Path::to_owned)
}

fn default_path(data: &Path) -> PathBuf {
    let mut name = data.components().next_back().map_or_else(|| "data".into(), |last| last.as_os_str().to_owned());
    name.push(".key");
    data.with_file_name(name)
}

/// Reads the keys of an installation. Creates the file if the database needs no key yet.
///
/// # Errors
/// Returns a sentence for the operator, also if a key of `required_ids` is missing.
pub fn open_or_create(
    path: &Path,
    data: &Path,
    required_ids: &[String],
    source: Arc<dyn Entropy>,
) -> Result<Keyring, String> {
    let shown = path.display();
    if is_within(path, data) {
        return Err(format!(
            "the key file {shown} is in the data folder: a copy of the folder would decrypt every secret in it. Name \
             another path with --key-file"
        ));
    }
    warn_if_accessible_by_others(path);
    let keys = match fs::read_to_string(path) {
        Ok(text) => parse(&text).ok_or_else(|| format!("{shown} is not a key file of Padlock"))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound && required_ids.is_empty() => {
            let newest = Key::new(random_bytes::<KEY_BYTES>(source.as_ref()));
            let keys = Keys { older: Vec::new(), newest };
            create(path, &keys).map_err(|error| format!("the key file {shown} cannot be created: {error}"))?;
            tracing::info!(file = %shown, key = keys.newest.id(), "created a key file; keep a copy apart from the data");
            keys
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(format!(
                "the key file {shown} is missing: without it no second factor can be verified. Put it back, or name \
                 it with --key-file"
            ));
        }
        Err(error) => return Err(format!("the key file {shown} cannot be read: {error}")),
    };
    keys.require(required_ids, path)?;
    Ok(keys.keyring(source))
}

/// Reads the keys in an existing file.
///
/// # Errors
/// Returns a sentence for the operator.
pub fn read(path: &Path) -> Result<Keys, String> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("there is no key file {shown}: put it back, or name it with --key-file"),
        _ => format!("the key file {shown} cannot be read: {error}"),
    })?;
    parse(&text).ok_or_else(|| format!("{shown} is not a key file of Padlock"))
}

/// Replaces the keys in a key file atomically.
///
/// # Errors
/// Returns a sentence for the operator.
pub fn replace(path: &Path, keys: &Keys) -> Result<(), String> {
    let written = write_temporary(path, keys).and_then(|temporary| disk::rename(&temporary, path));
    written.map_err(|error| format!("the key file {} cannot be written: {error}", path.display()))
}

/// Returns whether a file is, or would be, in the data folder.
pub(crate) fn is_within(path: &Path, data: &Path) -> bool {
    match (fs::canonicalize(disk::parent(path)), fs::canonicalize(data)) {
        (Ok(folder), Ok(data)) => folder.starts_with(data),
        _ => false,
    }
}

fn warn_if_accessible_by_others(path: &Path) {
    if disk::is_accessible_by_others(path) {
        tracing::warn!(file = %path.display(), "the key file is accessible by others than its owner: chmod 600");
    }
}

fn parse(text: &str) -> Option<Keys> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut older = lines.map(Key::from_text).collect::<Option<Vec<_>>>()?;
    let newest = older.pop()?;
    Some(Keys { older, newest })
}

/// Creates the file durably, before anything is encrypted with its key.
fn create(path: &Path, keys: &Keys) -> io::Result<()> {
    let temporary = write_temporary(path, keys)?;
    disk::link(&temporary, path)?;
    disk::remove_file(&temporary)?;
    disk::sync_folder(disk::parent(path))
}

fn write_temporary(path: &Path, keys: &Keys) -> io::Result<PathBuf> {
    let temporary = path.with_extension("key.new");
    disk::remove_file(&temporary)?;
    let mut file = disk::create_private(&temporary)?;
    file.write_all(HEADER.as_bytes())?;
    for key in keys.iter() {
        writeln!(file, "{}", key.to_text())?;
    }
    file.sync_all()?;
    Ok(temporary)
}

#[cfg(test)]
mod tests {
    use padlock_api::ports::Vault;

    use super::*;
    use crate::system::SystemEntropy;

    fn open_in(folder: &Path, required_ids: &[String]) -> Result<Keyring, String> {
        let data = folder.join("data");
        fs::create_dir_all(&data).unwrap();
        open_or_create(&default_path(&data), &data, required_ids, Arc::new(SystemEntropy))
    }

    #[test]
    fn the_file_is_created_once_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let secret = open_in(folder.path(), &[]).unwrap().encrypt("x", b"secret");
        let file = folder.path().join("data.key");
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);
        let id = secret.0.split('.').nth(1).unwrap().to_owned();
        let keyring = open_in(folder.path(), std::slice::from_ref(&id)).unwrap();
        assert_eq!(keyring.decrypt("x", &secret).unwrap(), b"secret");
        fs::remove_file(file).unwrap();
        assert!(open_in(folder.path(), &[id]).err().unwrap().contains("is missing"));
    }

    #[test]
    fn the_key_of_another_installation_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        open_in(folder.path(), &[]).unwrap();
        assert!(open_in(folder.path(), &["00000000".to_owned()]).err().unwrap().contains("does not belong"));
    }

    #[test]
    fn other_files_and_files_in_the_data_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("data.key"), "# only words\n").unwrap();
        assert!(open_in(folder.path(), &[]).err().unwrap().contains("is not a key file"));
        let data = folder.path().join("data");
        let inside = open_or_create(&data.join("key"), &data, &[], Arc::new(SystemEntropy));
        assert!(inside.err().unwrap().contains("is in the data folder"));
        assert!(!data.join("key").exists());
    }

    #[test]
    fn the_default_path_is_beside_the_data_folder() {
        for (data, key) in
            [("./data", "./data.key"), ("/srv/padlock/data/", "/srv/padlock/data.key"), ("data", "data.key")]
        {
            assert_eq!(default_path(Path::new(data)), Path::new(key));
        }
    }
}
