//! File-system helpers. What they write is complete or absent after a crash.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use padlock_domain::package::Sha256;
use sha2::Digest;

const COPY_BUFFER_BYTES: usize = 256 * 1024;

/// Flushes the entries of a folder. New names and renames are durable only after this.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Renames a file or folder durably. Both paths must be on one file system.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder(parent(to))
}

/// Gives a file a second name durably. Unlike a rename, it never replaces an existing file.
pub(crate) fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)?;
    sync_folder(parent(to))
}

/// Copies everything that can be read, and returns the number of bytes and their hash.
pub(crate) fn copy_and_hash(mut from: impl Read, mut to: impl Write) -> io::Result<(u64, Sha256)> {
    let (mut hash, mut size, mut buffer) = (sha2::Sha256::new(), 0, vec![0; COPY_BUFFER_BYTES]);
    loop {
        let read = from.read(&mut buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok((size, Sha256(hash.finalize().into())));
        }
        to.write_all(bytes)?;
        hash.update(bytes);
        size += bytes.len() as u64;
    }
}

/// Creates or replaces a small file atomically.
pub(crate) fn write_atomically(path: &Path, content: &str) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = File::create(&temporary)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    rename(&temporary, path)
}

/// Creates a new file that only its owner can access.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Returns whether anybody but the owner has permissions on a path.
pub(crate) fn is_accessible_by_others(path: &Path) -> bool {
    #[cfg(unix)]
    return fs::metadata(path)
        .is_ok_and(|metadata| std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0);
    #[cfg(not(unix))]
    return false;
}

/// Returns the folder that contains a path; `.` for a bare file name.
pub(crate) fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns whether a percent-encoded URL path, with `.gz` appended, is short enough for a file system. A longer one
/// would be an I/O error instead of a missing file.
pub(crate) fn fits_path_limits(url_path: &str) -> bool {
    const MAX_COMPONENT_BYTES: usize = 255 - ".gz".len();
    const MAX_PATH_BYTES: usize = 3_000;
    let bytes = |encoded: &str| encoded.len().saturating_sub(2 * encoded.matches('%').count());
    bytes(url_path) <= MAX_PATH_BYTES && url_path.split('/').all(|component| bytes(component) <= MAX_COMPONENT_BYTES)
}

/// Removes a file if it exists.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    ignore_not_found(fs::remove_file(path))
}

/// Removes a folder and its contents if it exists. Does not follow links.
pub(crate) fn remove_folder(path: &Path) -> io::Result<()> {
    ignore_not_found(fs::remove_dir_all(path))
}

/// Creates a folder, or removes its contents.
pub(crate) fn create_empty_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() { remove_folder(&entry.path())? } else { remove_file(&entry.path())? }
    }
    Ok(())
}

/// Returns whether an error means that the disk or a quota is full.
pub(crate) fn is_disk_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

fn ignore_not_found(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::fits_path_limits;

    #[test]
    fn the_length_of_a_path_is_limited_in_decoded_bytes() {
        assert!(fits_path_limits("/") && fits_path_limits(&format!("/css/{}", "a".repeat(252))));
        assert!(fits_path_limits(&format!("/{}", "%E7%BD%91".repeat(84))));
        assert!(!fits_path_limits(&format!("/{}/x", "a".repeat(253))) && !fits_path_limits(&"/a".repeat(1_600)));
        assert!(fits_path_limits("/%") && fits_path_limits("/%%%"));
    }
}
