//! File-system helpers. What they write is complete or absent after a crash. What they create only its owner can access,
//! whatever the umask.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use padlock_domain::package::Sha256;
use rustix::fs::OFlags;
use sha2::Digest;

const COPY_BUFFER_BYTES: usize = 256 * 1024;

const PRIVATE_FILE_MODE: u32 = 0o600;
const PRIVATE_FOLDER_MODE: u32 = 0o700;
/// The permissions of everybody but the owner.
const OTHERS_MODE: u32 = 0o077;

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
    // One that a crash left keeps its mode.
    remove_file(&temporary)?;
    let mut file = create_private(&temporary)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    rename(&temporary, path)
}

/// Returns options that create files which only their owner can access. The mode of an existing file stays as it is.
pub(crate) fn private_file_options() -> OpenOptions {
    let mut options = File::options();
    options.write(true).mode(PRIVATE_FILE_MODE);
    options
}

/// Creates a new file that only its owner can access.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    private_file_options().create_new(true).open(path)
}

/// Creates a folder that only its owner can access, and those above it, unless they exist.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(PRIVATE_FOLDER_MODE).create(path)
}

/// Returns whether anybody but the owner has permissions on a path.
pub(crate) fn is_accessible_by_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.mode() & OTHERS_MODE != 0)
}

/// Returns the permissions of a file or folder if anybody but the owner has some. Does not follow links.
pub(crate) fn wide_mode(path: &Path) -> Option<u32> {
    let metadata = fs::symlink_metadata(path).ok()?;
    is_wide(&metadata).then(|| metadata.mode() & 0o777)
}

/// Takes all permissions on a file or folder from everybody but its owner, if that is the current user. Does not follow
/// links.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    let is_own = |metadata: &Metadata| metadata.uid() == rustix::process::geteuid().as_raw();
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        metadata => metadata?,
    };
    if !is_wide(&metadata) || !is_own(&metadata) {
        return Ok(());
    }
    // The path may name something else by now.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    let metadata = file.metadata()?;
    if !is_wide(&metadata) || !is_own(&metadata) {
        return Ok(());
    }
    let private = if metadata.is_dir() { PRIVATE_FOLDER_MODE } else { PRIVATE_FILE_MODE };
    file.set_permissions(Permissions::from_mode(metadata.mode() & private))
}

fn is_wide(metadata: &Metadata) -> bool {
    (metadata.is_file() || metadata.is_dir()) && metadata.mode() & OTHERS_MODE != 0
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
    create_private_folder(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() { remove_folder(&entry.path())? } else { remove_file(&entry.path())? }
    }
    Ok(())
}

/// Returns how many bytes the current user can still write to the file system of a folder.
pub(crate) fn free_bytes(folder: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(folder)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
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
