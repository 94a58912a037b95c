//! Writing files so that they are there after a crash, or not at all.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Makes a file's or folder's place in its folder lasting (a rename or a new name is lasting only then).
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Gives what lies at `from` the name `to`, lastingly. Both are in folders of one file system.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    to.parent().map_or(Ok(()), sync_folder)
}

/// Writes a small file in one step: the old content or the new, never half.
pub(crate) fn replace(path: &Path, content: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    io::Write::write_all(&mut file, content.as_bytes())?;
    file.sync_all()?;
    rename(&beside, path)
}

/// Whether others than its owner may do anything with it.
pub(crate) fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    return fs::metadata(path)
        .is_ok_and(|found| std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o077 != 0);
    #[cfg(not(unix))]
    return false;
}

/// Whether a file system can have a file at this path of an address (percent-encoded). What is longer is an error to it, not
/// just missing; `.gz` may follow.
pub(crate) fn may_exist(path: &str) -> bool {
    const COMPONENT: usize = 255 - ".gz".len();
    const PATH: usize = 3_000;
    let length = |encoded: &str| encoded.len().saturating_sub(2 * encoded.matches('%').count());
    length(path) <= PATH && path.split('/').all(|component| length(component) <= COMPONENT)
}

/// Takes away a file; one that is gone already is fine.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    gone_is_fine(fs::remove_file(path))
}

/// Takes away a folder with all that is in it, following no links; one that is gone already is fine.
pub(crate) fn remove_folder(path: &Path) -> io::Result<()> {
    gone_is_fine(fs::remove_dir_all(path))
}

/// Empties a folder, or makes it.
pub(crate) fn empty(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() { remove_folder(&entry.path())? } else { remove_file(&entry.path())? }
    }
    Ok(())
}

/// Whether an error says that there is no room: on the disk, or in what the system grants us of it.
pub(crate) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

fn gone_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::may_exist;

    #[test]
    fn what_no_file_system_takes_is_missing() {
        assert!(may_exist("/") && may_exist(&format!("/css/{}", "a".repeat(252))));
        assert!(
            may_exist(&format!("/{}", "%E7%BD%91".repeat(84))),
            "a name's length is in bytes, not in what it is written as"
        );
        assert!(!may_exist(&format!("/{}/x", "a".repeat(253))) && !may_exist(&"/a".repeat(1_600)));
        assert!(may_exist("/%") && may_exist("/%%%"));
    }
}
