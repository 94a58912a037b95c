//! Backups of earlier versions: a zip file with the SQLite database itself, which nothing authenticates.

use std::fs::File;
use std::path::Path;

use serde::Deserialize;
use zip::ZipArchive;

use super::archive::{extract, read_manifest};
use super::{Contents, FileEntry, RestoreError};

const FORMAT: u32 = 1;
const DATABASE: &str = "padlock.db";
/// How many times larger than the backup its files may be together. Somebody may have compressed it.
const MAX_RATIO: u64 = 200;
/// The total size up to which the ratio is not limited, in bytes.
const RATIO_EXEMPT_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Deserialize)]
struct Manifest {
    format: u32,
    #[serde(flatten)]
    contents: Contents,
}

/// A backup of an earlier version.
pub(crate) struct EarlierBackup {
    zip: ZipArchive<File>,
    pub(crate) contents: Contents,
}

impl EarlierBackup {
    /// Reads the manifest. An error continues the sentence "the backup …".
    pub(crate) fn open(file: File) -> Result<Self, String> {
        let backup_bytes = file.metadata().map_err(|error| format!("cannot be read: {error}"))?.len();
        let mut zip = ZipArchive::new(file).map_err(|error| format!("is damaged or not a backup: {error}"))?;
        let manifest: Manifest = read_manifest(&mut zip)?;
        if manifest.format != FORMAT {
            return Err("is damaged: the lines before its zip file are missing".to_owned());
        }
        let contents = manifest.contents;
        let databases = contents.files.iter().filter(|entry| entry.name == DATABASE).count();
        let unexpected = contents.files.iter().find(|entry| entry.name != DATABASE && entry.package().is_none());
        if let Some(unexpected) = unexpected {
            return Err(format!("contains an unexpected file: {}", unexpected.name));
        }
        if databases != 1 {
            return Err("contains no database".to_owned());
        }
        contents.require_package_limits()?;
        if contents.total_bytes() > backup_bytes.saturating_mul(MAX_RATIO).max(RATIO_EXEMPT_BYTES) {
            return Err(format!("is not trusted: its files are more than {MAX_RATIO} times as large as it is"));
        }
        Ok(Self { zip, contents })
    }

    /// Writes a package to disk.
    pub(crate) fn extract(&mut self, entry: &FileEntry, to: &Path) -> Result<(), RestoreError> {
        extract(&mut self.zip, entry, to)
    }

    /// Writes the database to disk.
    pub(crate) fn extract_database(&mut self, to: &Path) -> Result<(), RestoreError> {
        let entry = self.contents.files.iter().find(|entry| entry.name == DATABASE).cloned();
        let entry = entry.ok_or_else(|| RestoreError::Backup("contains no database".to_owned()))?;
        extract(&mut self.zip, &entry, to)
    }
}
