//! The content of a backup: a zip file of `tables/<table>.jsonl` for each table, `packages/<id>.mda` for each package, and
//! `backup.json`, the manifest with the size and the hash of each.

use std::io::{self, BufRead, BufReader, Read, Seek, Write};
use std::path::Path;

use padlock_domain::{PackageId, PackageLimits, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{AuthenticContent, NewContent, RestoreError};
use crate::disk;

pub(super) const MANIFEST: &str = "backup.json";
const MAX_MANIFEST_BYTES: u64 = 64 * 1024 * 1024;

/// What a backup contains.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    format: u32,
    /// The version of the server.
    server: String,
    /// The version of the database's schema.
    pub(crate) schema: i64,
    /// Whether the server was stopped, so that everything can be moved.
    pub(crate) is_move: bool,
    #[serde(flatten)]
    pub(crate) contents: Contents,
}

/// What the manifests of all formats have.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Contents {
    pub(crate) made_at: Timestamp,
    /// The ids of the keys that decrypt the secrets in the database.
    pub(crate) keys: Vec<String>,
    /// Every file but the manifest.
    pub(crate) files: Vec<FileEntry>,
}

impl Contents {
    /// Returns the size of all files together, in bytes. No more than this is written, whatever the archive contains.
    pub(crate) fn total_bytes(&self) -> u64 {
        self.files.iter().fold(0, |total, entry| total.saturating_add(entry.size))
    }

    /// Returns an error if a package is larger than any can be. An error continues the sentence "the backup …".
    pub(super) fn require_package_limits(&self) -> Result<(), String> {
        let most = PackageLimits::default().file_bytes;
        match self.files.iter().find(|entry| entry.package().is_some() && entry.size > most) {
            Some(package) => Err(format!("is not trusted: {} would be larger than any package can be", package.name)),
            None => Ok(()),
        }
    }
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) name: String,
    pub(crate) size: u64,
    /// In hexadecimal.
    pub(crate) sha256: String,
}

impl FileEntry {
    /// Returns the package whose file this is, if it is one.
    pub(crate) fn package(&self) -> Option<PackageId> {
        self.name.strip_prefix("packages/")?.strip_suffix(".mda")?.parse().ok()
    }
}

/// Returns the name of a package file, relative to the data folder and in a backup.
pub(crate) fn package_name(id: PackageId) -> String {
    format!("packages/{id}.mda")
}

fn table_name(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

/// Writes the content of a backup.
pub(crate) struct Writer {
    zip: ZipWriter<StreamWriter<NewContent>>,
    files: Vec<FileEntry>,
}

impl Writer {
    pub(crate) fn new(content: NewContent) -> Self {
        Self { zip: ZipWriter::new_stream(content), files: Vec::new() }
    }

    /// Copies a package, which is compressed already, and returns its entry.
    pub(crate) fn add_package(&mut self, id: PackageId, from: impl Read) -> io::Result<FileEntry> {
        let name = package_name(id);
        self.zip.start_file(&name, options(CompressionMethod::Stored))?;
        let (size, sha256) = disk::copy_and_hash(from, &mut self.zip)?;
        let entry = FileEntry { name, size, sha256: sha256.to_string() };
        self.files.push(entry.clone());
        Ok(entry)
    }

    /// Begins a table, whose lines follow.
    pub(crate) fn begin_table(&mut self, table: &str) -> io::Result<TableWriter<'_>> {
        let name = table_name(table);
        self.zip.start_file(&name, options(CompressionMethod::Deflated))?;
        Ok(TableWriter { writer: self, name, size: 0, hash: Sha256::new() })
    }

    /// Writes the manifest and returns the complete content.
    pub(crate) fn finish(mut self, manifest: impl FnOnce(Vec<FileEntry>) -> Manifest) -> io::Result<NewContent> {
        let manifest = manifest(std::mem::take(&mut self.files));
        self.zip.start_file(MANIFEST, options(CompressionMethod::Deflated))?;
        self.zip.write_all(&serde_json::to_vec_pretty(&manifest)?)?;
        Ok(self.zip.finish()?.into_inner())
    }
}

/// Writes the lines of a table.
pub(crate) struct TableWriter<'a> {
    writer: &'a mut Writer,
    name: String,
    size: u64,
    hash: Sha256,
}

impl TableWriter<'_> {
    pub(crate) fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.size += bytes.len() as u64;
        self.hash.update(&bytes);
        self.writer.zip.write_all(&bytes)
    }

    pub(crate) fn finish(self) {
        let sha256 = padlock_domain::package::Sha256(self.hash.finalize().into()).to_string();
        self.writer.files.push(FileEntry { name: self.name, size: self.size, sha256 });
    }
}

fn options(method: CompressionMethod) -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600)
}

impl Manifest {
    pub(super) const FORMAT: u32 = 2;

    pub(crate) fn new(schema: i64, is_move: bool, contents: Contents) -> Self {
        let server = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: Self::FORMAT, server, schema, is_move, contents }
    }
}

/// Reads the content of a backup.
pub(crate) struct Reader {
    zip: ZipArchive<AuthenticContent>,
    pub(crate) manifest: Manifest,
}

impl Reader {
    /// Reads the manifest. An error continues the sentence "the backup …".
    pub(crate) fn open(content: AuthenticContent) -> Result<Self, String> {
        let mut zip = ZipArchive::new(content).map_err(|error| format!("is damaged: {error}"))?;
        let manifest: Manifest = read_manifest(&mut zip)?;
        if manifest.format != Manifest::FORMAT {
            return Err("was made by a newer version of padlock-server".to_owned());
        }
        manifest.contents.require_package_limits()?;
        Ok(Self { zip, manifest })
    }

    /// Writes a package of the backup to disk.
    pub(crate) fn extract(&mut self, entry: &FileEntry, to: &Path) -> Result<(), RestoreError> {
        extract(&mut self.zip, entry, to)
    }

    /// Opens the lines of a table, if the backup has it.
    pub(crate) fn table(&mut self, table: &str) -> Result<Option<impl BufRead>, String> {
        let name = table_name(table);
        let Some(entry) = self.manifest.contents.files.iter().find(|entry| entry.name == name) else { return Ok(None) };
        let file = self.zip.by_name(&name).map_err(|error| format!("has no readable {name}: {error}"))?;
        Ok(Some(BufReader::new(file.take(entry.size))))
    }
}

/// Reads the manifest of a backup of any format. An error continues the sentence "the backup …".
pub(super) fn read_manifest<T: serde::de::DeserializeOwned>(
    zip: &mut ZipArchive<impl Read + Seek>,
) -> Result<T, String> {
    let mut text = Vec::new();
    zip.by_name(MANIFEST)
        .map_err(io::Error::from)
        .and_then(|manifest| manifest.take(MAX_MANIFEST_BYTES).read_to_end(&mut text))
        .map_err(|error| format!("has no readable {MANIFEST}: {error}"))?;
    serde_json::from_slice(&text).map_err(|error| format!("has no readable {MANIFEST}: {error}"))
}

/// Writes a file of a backup to disk, at most as many bytes as the manifest says and one.
pub(super) fn extract(
    zip: &mut ZipArchive<impl Read + Seek>,
    entry: &FileEntry,
    to: &Path,
) -> Result<(), RestoreError> {
    let name = &entry.name;
    let from = zip.by_name(name).map_err(|error| RestoreError::Backup(format!("has no readable {name}: {error}")))?;
    let written = disk::create_private(to).and_then(|mut file| {
        let copied = disk::copy_and_hash(from.take(entry.size.saturating_add(1)), &mut file)?;
        file.sync_all()?;
        Ok(copied)
    });
    let (size, sha256) = written.map_err(|error| RestoreError::copying(name, &error))?;
    if (size, sha256.to_string()) == (entry.size, entry.sha256.clone()) {
        return Ok(());
    }
    Err(RestoreError::Backup(if size > entry.size {
        format!("is damaged: {name} is larger than its manifest says")
    } else {
        format!("is damaged: {name} does not match its hash")
    }))
}
