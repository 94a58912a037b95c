//! The format of a backup: an uncompressed zip file of `padlock.db`, `packages/<id>.mda` for each package, and
//! `backup.json`, the manifest with the hash of each file. Packages are compressed already.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use padlock_domain::{PackageId, PackageLimits, Timestamp};
use serde::{Deserialize, Serialize};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::output::format_size;
use crate::disk;

const FORMAT_VERSION: u32 = 1;
pub(super) const DATABASE: &str = "padlock.db";
const MANIFEST: &str = "backup.json";
const MAX_MANIFEST_BYTES: u64 = 64 * 1024 * 1024;
/// How many times larger than the backup its files may be together. Somebody may have compressed it.
const MAX_RATIO: u64 = 200;
/// The total size up to which the ratio is not limited, in bytes.
const RATIO_EXEMPT_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u32,
    pub(super) made_at: Timestamp,
    /// The version of the server.
    server: String,
    /// The ids of the keys that decrypt the secrets in the database.
    pub(super) keys: Vec<String>,
    /// Every file but the manifest.
    pub(super) files: Vec<FileEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileEntry {
    pub(super) name: String,
    pub(super) size: u64,
    /// In hexadecimal.
    pub(super) sha256: String,
}

impl FileEntry {
    /// Returns the package whose file this is; `None` for the database.
    pub(super) fn package(&self) -> Option<PackageId> {
        self.name.strip_prefix("packages/")?.strip_suffix(".mda")?.parse().ok()
    }
}

/// Returns the name of a package file, relative to the data folder and in a backup.
pub(super) fn package_name(id: PackageId) -> String {
    format!("packages/{id}.mda")
}

pub(super) struct Writer {
    zip: ZipWriter<File>,
    files: Vec<FileEntry>,
}

impl Writer {
    pub(super) fn new(file: File) -> Self {
        Self { zip: ZipWriter::new(file), files: Vec::new() }
    }

    /// Copies a file into the backup and returns its entry.
    pub(super) fn add(&mut self, name: &str, from: File) -> io::Result<FileEntry> {
        self.zip.start_file(name, zip_options())?;
        let (size, sha256) = disk::copy_and_hash(from, &mut self.zip)?;
        let entry = FileEntry { name: name.to_owned(), size, sha256: sha256.to_string() };
        self.files.push(entry.clone());
        Ok(entry)
    }

    /// Writes the manifest and flushes the file to disk.
    pub(super) fn finish(mut self, made_at: Timestamp, keys: Vec<String>) -> io::Result<()> {
        let server = env!("CARGO_PKG_VERSION").to_owned();
        let manifest = Manifest { format: FORMAT_VERSION, made_at, server, keys, files: self.files };
        self.zip.start_file(MANIFEST, zip_options())?;
        self.zip.write_all(&serde_json::to_vec_pretty(&manifest)?)?;
        self.zip.finish()?.sync_all()
    }
}

fn zip_options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true).unix_permissions(0o600)
}

pub(super) struct Reader {
    zip: ZipArchive<File>,
    pub(super) manifest: Manifest,
}

impl Reader {
    /// Reads the manifest. An error continues the sentence "the backup …".
    pub(super) fn open(file: File) -> Result<Self, String> {
        let backup_bytes = file.metadata().map_err(|error| format!("cannot be read: {error}"))?.len();
        let mut zip = ZipArchive::new(file).map_err(|error| format!("is damaged or not a backup: {error}"))?;
        let mut text = Vec::new();
        zip.by_name(MANIFEST)
            .map_err(io::Error::from)
            .and_then(|manifest| manifest.take(MAX_MANIFEST_BYTES).read_to_end(&mut text))
            .map_err(|error| format!("has no readable {MANIFEST}: {error}"))?;
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|error| format!("has no readable {MANIFEST}: {error}"))?;
        if manifest.format != FORMAT_VERSION {
            return Err("was made by a newer version of padlock-server".to_owned());
        }
        let databases = manifest.files.iter().filter(|entry| entry.name == DATABASE).count();
        let unexpected = manifest.files.iter().find(|entry| entry.name != DATABASE && entry.package().is_none());
        match (databases, unexpected) {
            (1, None) => require_limits(&manifest.files, backup_bytes).map(|()| Self { zip, manifest }),
            (_, Some(unexpected)) => Err(format!("contains an unexpected file: {}", unexpected.name)),
            _ => Err("contains no database".to_owned()),
        }
    }

    /// Returns the size of all files together, in bytes. No more than this is written, whatever the archive contains.
    pub(super) fn total_bytes(&self) -> u64 {
        total_bytes(&self.manifest.files)
    }

    /// Writes a file of the backup to disk, at most as many bytes as the manifest says and one. An error continues the
    /// sentence "the backup …".
    pub(super) fn extract(&mut self, entry: &FileEntry, to: &Path) -> Result<(), String> {
        let name = &entry.name;
        let from = self.zip.by_name(name).map_err(|error| format!("has no readable {name}: {error}"))?;
        let written = disk::create_private(to).and_then(|mut file| {
            let copied = disk::copy_and_hash(from.take(entry.size.saturating_add(1)), &mut file)?;
            file.sync_all()?;
            Ok(copied)
        });
        let (size, sha256) = written.map_err(|error| format!("cannot be unpacked: {name}: {error}"))?;
        if (size, sha256.to_string()) == (entry.size, entry.sha256.clone()) {
            return Ok(());
        }
        if size > entry.size {
            return Err(format!("is damaged: {name} is larger than its manifest says"));
        }
        Err(format!("is damaged: {name} does not match its hash"))
    }
}

/// Returns an error if the manifest asks for more disk space than a real backup of this size could.
fn require_limits(files: &[FileEntry], backup_bytes: u64) -> Result<(), String> {
    let max_package_bytes = PackageLimits::default().file_bytes;
    if let Some(package) = files.iter().find(|entry| entry.package().is_some() && entry.size > max_package_bytes) {
        let (name, most) = (&package.name, format_size(max_package_bytes));
        return Err(format!("is not trusted: {name} would be larger than {most}, which no package can be"));
    }
    let (total, most) = (total_bytes(files), backup_bytes.saturating_mul(MAX_RATIO).max(RATIO_EXEMPT_BYTES));
    if total > most {
        return Err(format!(
            "is not trusted: its files would take {}, which is more than {MAX_RATIO} times its own size",
            format_size(total)
        ));
    }
    Ok(())
}

fn total_bytes(files: &[FileEntry]) -> u64 {
    files.iter().fold(0, |total, entry| total.saturating_add(entry.size))
}
