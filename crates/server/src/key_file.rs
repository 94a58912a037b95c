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
            let key = Key::new(random_bytes::<KEY_BYTES>(source.as_ref()));
            create(path, &key).map_err(|error| format!("the key file {shown} cannot be created: {error}"))?;
            tracing::info!(file = %shown, key = key.id(), "created a key file; keep a copy apart from the data");
            vec![key]
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(format!(
                "the key file {shown} is missing: without it no second factor can be verified. Put it back, or name \
                 it with --key-file"
            ));
        }
        Err(error) => return Err(format!("the key file {shown} cannot be read: {error}")),
    };
    if let Some(missing) = required_ids.iter().find(|id| !keys.iter().any(|key| key.id() == **id)) {
        return Err(format!("the key file {shown} does not belong to this data: the key {missing} is not in it"));
    }
    keyring(keys, source).ok_or_else(|| format!("there is no key in {shown}"))
}

/// Reads the keys in an existing file, the newest last.
///
/// # Errors
/// Returns a sentence for the operator.
pub fn read(path: &Path) -> Result<Vec<Key>, String> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("there is no key file {shown}: put it back, or name it with --key-file"),
        _ => format!("the key file {shown} cannot be read: {error}"),
    })?;
    parse(&text).ok_or_else(|| format!("{shown} is not a key file of Padlock"))
}

/// Returns a keyring of these keys, the newest last; `None` without any key.
#[must_use]
pub fn keyring(mut keys: Vec<Key>, source: Arc<dyn Entropy>) -> Option<Keyring> {
    let newest = keys.pop()?;
    Some(Keyring::new(newest, keys, source))
}

/// Replaces the keys in a key file atomically.
///
/// # Errors
/// Returns a sentence for the operator.
pub fn replace(path: &Path, keys: &[Key]) -> Result<(), String> {
    let written = write_temporary(path, keys).and_then(|temporary| {
        fs::rename(temporary, path)?;
        disk::sync_folder(disk::parent(path))
    });
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

fn parse(text: &str) -> Option<Vec<Key>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Option<Vec<_>> = lines.map(Key::from_text).collect();
    keys.filter(|keys| !keys.is_empty())
}

/// Creates the file durably, before anything is encrypted with its key.
fn create(path: &Path, key: &Key) -> io::Result<()> {
    let temporary = write_temporary(path, std::slice::from_ref(key))?;
    // Unlike a rename, a link never replaces an existing file.
    fs::hard_link(&temporary, path)?;
    disk::remove_file(&temporary)?;
    disk::sync_folder(disk::parent(path))
}

fn write_temporary(path: &Path, keys: &[Key]) -> io::Result<PathBuf> {
    let temporary = path.with_extension("key.new");
    disk::remove_file(&temporary)?;
    let mut file = disk::create_private(&temporary)?;
    file.write_all(HEADER.as_bytes())?;
    for key in keys {
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
