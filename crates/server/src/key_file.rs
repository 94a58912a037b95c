//! The key file: what opens the secrets in the database. It lies beside the data folder and never in it, so that a copied
//! folder alone opens nothing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use padlock_api::keyring::{KEY_BYTES, Key, Keyring};
use padlock_api::ports::{Entropy, entropy};

use crate::disk;

const HEAD: &str = "# Padlock's keys, the newest last. Keep a copy of this file, apart from copies of the data: without it\n\
                    # no second factor can be proved any more; with it and the data, every secret can be read.\n";

/// Where the key file of a data folder lies: where it is `named`, or beside the folder.
#[must_use]
pub fn path(named: Option<&Path>, data: &Path) -> PathBuf {
    named.map_or_else(|| default_path(data), Path::to_owned)
}

/// Where it lies unless somebody says otherwise: `data.key` beside `data`.
fn default_path(data: &Path) -> PathBuf {
    let mut name = data.components().next_back().map_or_else(|| "data".into(), |last| last.as_os_str().to_owned());
    name.push(".key");
    data.with_file_name(name)
}

/// The keys of an installation whose database was sealed with the keys of the ids `in_use`. Makes the file for a new one.
///
/// # Errors
/// A sentence for the person at the terminal.
pub fn open(path: &Path, data: &Path, in_use: &[String], source: Arc<dyn Entropy>) -> Result<Keyring, String> {
    let shown = path.display();
    if is_within(path, data) {
        return Err(format!(
            "the key file {shown} lies in the data folder: a copy of the folder would open every secret in it. Name \
             another place with --key-file"
        ));
    }
    warn_if_others_read(path);
    let mut keys = match fs::read_to_string(path) {
        Ok(text) => read(&text).ok_or_else(|| format!("{shown} is not a key file of Padlock"))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound && in_use.is_empty() => {
            let key = Key::new(entropy::<KEY_BYTES>(source.as_ref()));
            make(path, &key).map_err(|error| format!("the key file {shown} cannot be made: {error}"))?;
            tracing::info!(file = %shown, key = key.id(), "made a key file; keep a copy apart from the data");
            vec![key]
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(format!(
                "the key file {shown} is gone: without it no second factor can be proved. Put it back, or name it \
                 with --key-file"
            ));
        }
        Err(error) => return Err(format!("the key file {shown} cannot be read: {error}")),
    };
    if let Some(missing) = in_use.iter().find(|id| !keys.iter().any(|key| key.id() == **id)) {
        return Err(format!("the key file {shown} does not belong to this data: the key {missing} is not in it"));
    }
    let newest = keys.pop().ok_or_else(|| format!("there is no key in {shown}"))?;
    Ok(Keyring::new(newest, keys, source))
}

/// The keys in a file that there is, the newest last.
///
/// # Errors
/// A sentence for the person at the terminal.
pub fn keys(path: &Path) -> Result<Vec<Key>, String> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("there is no key file {shown}: put it back, or name it with --key-file"),
        _ => format!("the key file {shown} cannot be read: {error}"),
    })?;
    read(&text).ok_or_else(|| format!("{shown} is not a key file of Padlock"))
}

/// The ring of these keys, of which the last is the newest.
#[must_use]
pub fn ring(mut keys: Vec<Key>, source: Arc<dyn Entropy>) -> Option<Keyring> {
    let newest = keys.pop()?;
    Some(Keyring::new(newest, keys, source))
}

/// Writes other keys into a key file: those before or these, never half.
///
/// # Errors
/// A sentence for the person at the terminal.
pub fn exchange(path: &Path, keys: &[Key]) -> Result<(), String> {
    let written = write_beside(path, keys).and_then(|beside| {
        fs::rename(beside, path)?;
        disk::sync_folder(folder_of(path))
    });
    written.map_err(|error| format!("the key file {} cannot be written: {error}", path.display()))
}

/// A file that was copied may have lost its mode on the way.
fn warn_if_others_read(path: &Path) {
    if disk::is_open_to_others(path) {
        tracing::warn!(file = %path.display(), "others than its owner can read the key file: chmod 600");
    }
}

fn read(text: &str) -> Option<Vec<Key>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Option<Vec<_>> = lines.map(Key::from_text).collect();
    keys.filter(|keys| !keys.is_empty())
}

/// Whole or not at all, and lasting before anything is sealed with it. Never over another file.
fn make(path: &Path, key: &Key) -> io::Result<()> {
    let beside = write_beside(path, std::slice::from_ref(key))?;
    // Unlike a rename, a link fails where there is a file already.
    fs::hard_link(&beside, path)?;
    disk::remove_file(&beside)?;
    disk::sync_folder(folder_of(path))
}

/// For its owner alone.
fn write_beside(path: &Path, keys: &[Key]) -> io::Result<PathBuf> {
    let beside = path.with_extension("key.new");
    disk::remove_file(&beside)?;
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(HEAD.as_bytes())?;
    for key in keys {
        writeln!(file, "{}", key.to_text())?;
    }
    file.sync_all()?;
    Ok(beside)
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a file lies, or would lie, in the data folder.
pub(crate) fn is_within(path: &Path, data: &Path) -> bool {
    match (fs::canonicalize(folder_of(path)), fs::canonicalize(data)) {
        (Ok(folder), Ok(data)) => folder.starts_with(data),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use padlock_api::ports::Vault;

    use super::*;
    use crate::system::SystemEntropy;

    fn open_in(folder: &Path, in_use: &[String]) -> Result<Keyring, String> {
        let data = folder.join("data");
        fs::create_dir_all(&data).unwrap();
        open(&default_path(&data), &data, in_use, Arc::new(SystemEntropy))
    }

    #[test]
    fn it_is_made_once_for_its_owner_alone_and_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let sealed = open_in(folder.path(), &[]).unwrap().encrypt("x", b"secret");
        let file = folder.path().join("data.key");
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);
        let id = sealed.0.split('.').nth(1).unwrap().to_owned();
        assert_eq!(
            open_in(folder.path(), std::slice::from_ref(&id)).unwrap().decrypt("x", &sealed).unwrap(),
            b"secret"
        );
        fs::remove_file(file).unwrap();
        assert!(open_in(folder.path(), &[id]).err().unwrap().contains("is gone"));
    }

    #[test]
    fn another_installations_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        open_in(folder.path(), &[]).unwrap();
        assert!(open_in(folder.path(), &["00000000".to_owned()]).err().unwrap().contains("does not belong"));
    }

    #[test]
    fn what_is_no_key_file_and_what_lies_in_the_data() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("data.key"), "# only words\n").unwrap();
        assert!(open_in(folder.path(), &[]).err().unwrap().contains("is not a key file"));
        let data = folder.path().join("data");
        let inside = open(&data.join("key"), &data, &[], Arc::new(SystemEntropy));
        assert!(inside.err().unwrap().contains("lies in the data folder"));
        assert!(!data.join("key").exists());
    }

    #[test]
    fn it_lies_beside_the_data() {
        for (data, key) in
            [("./data", "./data.key"), ("/srv/padlock/data/", "/srv/padlock/data.key"), ("data", "data.key")]
        {
            assert_eq!(default_path(Path::new(data)), Path::new(key));
        }
    }
}
