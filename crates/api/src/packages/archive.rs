//! Looks into deployment packages and unpacks their sites. Nothing in an archive is believed: names, sizes, counts and
//! checksums are checked while it is read.

mod directory;

use std::io::{self, Read};

use padlock_domain::package::archive_path::{ArchivePath, InvalidPath, PathSet};
use padlock_domain::package::manifest::ManifestError;
use padlock_domain::package::{Manifest, PackageLimits};
use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;

use crate::ports::ReadSeek;

const MANIFEST: &str = "model/metadata.json";

/// Why a file is not a deployment package, in words for the person who uploads it.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// No zip at all, or one cut short.
    #[error("This is not a deployment package: it is not a whole zip file.")]
    NotAZip,
    /// No manifest.
    #[error("This is not a deployment package: it has no model/metadata.json.")]
    NoManifest,
    /// No site.
    #[error("This is not a deployment package: it has no files in web/.")]
    NoSite,
    /// A manifest that cannot be used.
    #[error("The package cannot be used: {0}.")]
    Manifest(#[from] ManifestError),
    /// A member with a name that is not allowed.
    #[error("The package cannot be used: it holds {why}: {name}.")]
    Name {
        /// The name, as far as it can be shown.
        name: String,
        /// What is wrong with it.
        why: InvalidPath,
    },
    /// Members of the very same name.
    #[error("The package cannot be used: it holds two files of one name.")]
    SameName,
    /// DisplayNames that add up to more than anyone needs.
    #[error("The package cannot be used: the names of its files are too long.")]
    LongNames,
    /// A link or another thing that is neither file nor folder.
    #[error("The package cannot be used: it holds a link: {0}.")]
    Link(String),
    /// An encrypted member.
    #[error("The package cannot be used: {0} is encrypted.")]
    Encrypted(String),
    /// Too many members.
    #[error("The package cannot be used: it holds more than {0} files.")]
    TooMany(usize),
    /// Too much when unpacked.
    #[error("The package cannot be used: it would unpack to far more than is allowed.")]
    TooLarge,
    /// A member that cannot be read, or whose checksum is wrong.
    #[error("The package is damaged: {0} cannot be read.")]
    Damaged(String),
    /// The file itself, or where it is unpacked to, failed.
    #[error("{0}")]
    Io(io::Error),
}

/// Reads a whole package and returns its manifest. Every member is unpacked (into nothing), so that what passes here
/// can be unpacked later.
///
/// # Errors
/// [`PackageError`].
pub fn inspect(reader: Box<dyn ReadSeek>, size: u64, caps: &PackageLimits) -> Result<Manifest, PackageError> {
    let mut manifest = None;
    let mut site = false;
    walk(reader, size, caps, &mut |path, member| {
        if path.as_str() == MANIFEST {
            let mut json = Vec::new();
            member.take(caps.manifest + 1).read_to_end(&mut json).map_err(|_| damaged(path))?;
            if json.len() as u64 > caps.manifest {
                return Err(ManifestError::TooLarge(caps.manifest / 1024).into());
            }
            manifest = Some(Manifest::parse(&json)?);
        } else {
            site |= path.in_web().is_some();
            io::copy(member, &mut io::sink()).map_err(|_| damaged(path))?;
        }
        Ok(())
    })?;
    let manifest = manifest.ok_or(PackageError::NoManifest)?;
    if site { Ok(manifest) } else { Err(PackageError::NoSite) }
}

/// Hands each file below `web/` to `each`, with its path there.
///
/// # Errors
/// [`PackageError`], also when `each` fails; what was written by then is the caller's to throw away.
pub fn unpack_web(
    reader: Box<dyn ReadSeek>,
    size: u64,
    caps: &PackageLimits,
    each: &mut dyn FnMut(&str, &mut dyn Read) -> io::Result<()>,
) -> Result<(), PackageError> {
    walk(reader, size, caps, &mut |path, member| match path.in_web() {
        None => Ok(()),
        Some(below) => {
            let mut source = Source { member, failed: false };
            match each(below, &mut source) {
                Err(_) if source.failed => Err(damaged(path)),
                other => other.map_err(PackageError::Io),
            }
        }
    })
}

/// Tells a damaged member from a full disk: both come back through the same call.
struct Source<'a> {
    member: &'a mut dyn Read,
    failed: bool,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.member.read(buffer).inspect_err(|_| self.failed = true)
    }
}

fn damaged(path: &ArchivePath) -> PackageError {
    PackageError::Damaged(path.as_str().to_owned())
}

type Visit<'a> = dyn FnMut(&ArchivePath, &mut dyn Read) -> Result<(), PackageError> + 'a;

fn walk(
    mut reader: Box<dyn ReadSeek>,
    size: u64,
    caps: &PackageLimits,
    visit: &mut Visit<'_>,
) -> Result<(), PackageError> {
    directory::check(&mut reader, size, caps)?;
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut archive = ZipArchive::with_config(config, reader).map_err(open_error)?;
    // The archive would hand out only one of them.
    if archive.has_duplicate_names() {
        return Err(PackageError::SameName);
    }
    // Members that share bytes are how a small file claims to be a large one.
    if archive.has_overlapping_entries().map_err(open_error)? {
        return Err(PackageError::TooLarge);
    }
    let mut seen = PathSet::default();
    let mut budget = caps.unpacked.min(size.saturating_mul(caps.ratio).max(PackageLimits::RATIO_EXEMPT_BYTES));
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|e| match e {
            ZipError::Io(e) => PackageError::Io(e),
            ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
                PackageError::Encrypted(format!("member {}", index + 1))
            }
            _ => PackageError::Damaged(format!("member {}", index + 1)),
        })?;
        let name = std::str::from_utf8(file.name_raw())
            .map_err(|_| PackageError::Name {
                name: format!("member {}", index + 1),
                why: InvalidPath::DisallowedCharacter,
            })?
            .to_owned();
        let bad = |why| PackageError::Name { name: shown(&name), why };
        if file.unix_mode().is_some_and(is_special) {
            return Err(PackageError::Link(shown(&name)));
        }
        let path = ArchivePath::parse(name.trim_end_matches('/')).map_err(bad)?;
        if file.is_dir() {
            continue;
        }
        seen.add(&path).map_err(bad)?;
        // Folders that are only named in paths are made, too.
        if seen.len() > caps.entries {
            return Err(PackageError::TooMany(caps.entries));
        }
        let mut counted = Counted { inner: (&mut file).take(budget + 1), read: 0 };
        let result = visit(&path, &mut counted);
        if counted.read > budget {
            return Err(PackageError::TooLarge);
        }
        result?;
        budget -= counted.read;
    }
    Ok(())
}

/// Whether a file's mode says that it is neither file nor folder (stat(2)).
const fn is_special(mode: u32) -> bool {
    const TYPE: u32 = 0o170_000;
    !matches!(mode & TYPE, 0 | 0o100_000 | 0o040_000)
}

struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read += n as u64;
        Ok(n)
    }
}

fn open_error(error: ZipError) -> PackageError {
    match error {
        ZipError::Io(e) if e.kind() != io::ErrorKind::UnexpectedEof && e.kind() != io::ErrorKind::InvalidData => {
            PackageError::Io(e)
        }
        _ => PackageError::NotAZip,
    }
}

/// A hostile name, fit to be shown: no control characters, at most 80 characters.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
