//! The layout of the finished files, and what all steps do with them.

use anyhow::Result;
use fs_err as fs;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The folder of the files whose path contains a hash of their content: of their own in their name, or of all in their
/// folder's name. The server lets browsers keep these files for ever.
pub(crate) const ASSETS: &str = "assets";

/// The beginning of the name of a folder with a program's files, before the hash.
pub(crate) const PROGRAM_FOLDER_PREFIX: &str = "app-";

/// Returns all files below a folder, sorted.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    files.sort();
    Ok(files)
}

/// Returns 64 bits of the SHA-256 of the contents, in hexadecimal.
pub(crate) fn hash<'a>(contents: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for content in contents {
        hasher.update((content.len() as u64).to_le_bytes());
        hasher.update(content);
    }
    let hash = hasher.finalize();
    data_encoding::HEXLOWER.encode(hash.get(..8).unwrap_or(&hash))
}

/// Moves a file into [`ASSETS`] under a name with its hash, and returns its path in the folder `staged`.
pub(crate) fn move_to_assets(file: &Path, staged: &Path) -> Result<String> {
    let [stem, extension] = [file.file_stem(), file.extension()].map(|part| part.unwrap_or_default().to_string_lossy());
    let path = format!("{ASSETS}/{stem}-{}.{extension}", hash([fs::read(file)?.as_slice()]));
    fs::rename(file, staged.join(&path))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_depends_on_where_a_content_ends() {
        assert_eq!(hash([&b"ab"[..]]).len(), 16);
        assert_ne!(hash([&b"ab"[..], b"c"]), hash([&b"a"[..], b"bc"]));
    }
}
