//! What a backup looks like: a zip file, uncompressed, of `padlock.db`, `packages/<id>.mda` for each package, and
//! `backup.json` with the hash of each. Packages are compressed already, and anything can open a zip.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use data_encoding::HEXLOWER;
use padlock_domain::Timestamp;
use padlock_domain::ids::PackageId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The one layout that there is so far.
const FORMAT: u32 = 1;
const CONTENTS: &str = "backup.json";
/// Many packages fit into it; a file that claims to have more is none of ours.
const CONTENTS_MOST: u64 = 64 * 1024 * 1024;
pub(super) const DATABASE: &str = "padlock.db";
const PART: usize = 256 * 1024;

/// What is in a backup.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Contents {
    format: u32,
    /// When it was made.
    pub(super) made_at: Timestamp,
    /// By which version of the server.
    pub(super) server: String,
    /// The ids of the keys that open what is sealed in it.
    pub(super) keys: Vec<String>,
    /// Every file but this.
    pub(super) files: Vec<Kept>,
}

/// One of its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) name: String,
    pub(super) size: u64,
    /// In hexadecimal.
    pub(super) sha256: String,
}

impl Kept {
    /// Whose package's file it is; none for the database.
    pub(super) fn package(&self) -> Option<PackageId> {
        self.name.strip_prefix("packages/")?.strip_suffix(".mda")?.parse().ok()
    }
}

/// The name of a package's file in a backup.
pub(super) fn package_name(id: PackageId) -> String {
    format!("packages/{id}.mda")
}

/// A backup being written.
pub(super) struct Writer {
    zip: ZipWriter<File>,
    files: Vec<Kept>,
}

impl Writer {
    pub(super) fn new(file: File) -> Self {
        Self { zip: ZipWriter::new(file), files: Vec::new() }
    }

    /// Takes in a file, and says what it was.
    pub(super) fn add(&mut self, name: &str, from: &Path) -> io::Result<&Kept> {
        let mut from = File::open(from)?;
        self.zip.start_file(name, options())?;
        let (size, sha256) = copy(&mut from, &mut self.zip, u64::MAX)?;
        self.files.push(Kept { name: name.to_owned(), size, sha256 });
        self.files.last().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Ends it: on stable storage, under the name it has.
    pub(super) fn finish(mut self, made_at: Timestamp, keys: Vec<String>) -> io::Result<()> {
        let server = env!("CARGO_PKG_VERSION").to_owned();
        let contents = Contents { format: FORMAT, made_at, server, keys, files: self.files };
        self.zip.start_file(CONTENTS, options())?;
        self.zip.write_all(&serde_json::to_vec_pretty(&contents)?)?;
        self.zip.finish()?.sync_all()
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true).unix_permissions(0o600)
}

/// A backup being read.
pub(super) struct Reader {
    zip: ZipArchive<File>,
    pub(super) contents: Contents,
}

impl Reader {
    /// # Errors
    /// What is wrong with it, after "the backup …".
    pub(super) fn open(file: File) -> Result<Self, String> {
        let mut zip = ZipArchive::new(file).map_err(|error| format!("is damaged, or none: {error}"))?;
        let mut text = Vec::new();
        zip.by_name(CONTENTS)
            .map_err(io::Error::from)
            .and_then(|contents| contents.take(CONTENTS_MOST).read_to_end(&mut text))
            .map_err(|error| format!("has no readable {CONTENTS}: {error}"))?;
        let contents: Contents =
            serde_json::from_slice(&text).map_err(|error| format!("has no readable {CONTENTS}: {error}"))?;
        if contents.format != FORMAT {
            return Err("was made by a newer version of padlock-server".to_owned());
        }
        let databases = contents.files.iter().filter(|kept| kept.name == DATABASE).count();
        let strange = contents.files.iter().find(|kept| kept.name != DATABASE && kept.package().is_none());
        match (databases, strange) {
            (1, None) => Ok(Self { zip, contents }),
            (_, Some(strange)) => Err(format!("has a file that does not belong in it: {}", strange.name)),
            _ => Err("has no database in it".to_owned()),
        }
    }

    /// Writes one of its files where it belongs, lastingly.
    ///
    /// # Errors
    /// What is wrong, after "the backup …".
    pub(super) fn extract(&mut self, kept: &Kept, to: &Path) -> Result<(), String> {
        let name = &kept.name;
        let mut from = self.zip.by_name(name).map_err(|error| format!("has no readable {name}: {error}"))?;
        let written = File::create_new(to).and_then(|mut file| {
            let copied = copy(&mut from, &mut file, kept.size.saturating_add(1))?;
            file.sync_all()?;
            Ok(copied)
        });
        let (size, sha256) = written.map_err(|error| format!("cannot be unpacked: {name}: {error}"))?;
        if (size, &sha256) == (kept.size, &kept.sha256) {
            return Ok(());
        }
        Err(format!("is damaged: {name} is not what was written into it"))
    }
}

/// Copies at most so much, and says how much it was and its hash in hexadecimal.
fn copy(from: &mut impl Read, to: &mut impl Write, most: u64) -> io::Result<(u64, String)> {
    let (mut hash, mut size, mut part) = (Sha256::new(), 0, vec![0; PART]);
    let mut from = from.take(most);
    loop {
        let read = from.read(&mut part)?;
        let bytes = part.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok((size, HEXLOWER.encode(&hash.finalize())));
        }
        to.write_all(bytes)?;
        hash.update(bytes);
        size += u64::try_from(read).unwrap_or_default();
    }
}

/// The hash of a file in hexadecimal, with its size.
pub(super) fn hash(file: &Path) -> io::Result<(u64, String)> {
    copy(&mut File::open(file)?, &mut io::sink(), u64::MAX)
}
