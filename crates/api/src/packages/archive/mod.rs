//! Reads deployment packages and unpacks their sites. Archives are untrusted: names, sizes, counts and checksums are checked
//! while they are read.

mod directory;
mod error;

use std::io::{self, Read};

pub use error::PackageError;
use padlock_domain::package::archive_path::{ArchivePath, InvalidPath, PathSet};
use padlock_domain::package::manifest::ManifestError;
use padlock_domain::{Manifest, PackageLimits};
use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;

use crate::ports::ReadSeek;

const MANIFEST: &str = "model/metadata.json";

/// What a valid package holds.
#[derive(Debug)]
pub struct PackageContents {
    /// The manifest.
    pub manifest: Manifest,
    /// Whether the site has an `index.html`, which answers `/`.
    pub has_index_page: bool,
}

/// Reads a package of `size` bytes and returns what it holds. Every member is decompressed, so that a package that passes
/// can be unpacked later.
///
/// # Errors
/// Returns why the file is not a deployment package within `limits`.
pub fn inspect(reader: Box<dyn ReadSeek>, size: u64, limits: &PackageLimits) -> Result<PackageContents, PackageError> {
    let mut manifest = None;
    let (mut site, mut has_index_page) = (false, false);
    for_each_file(reader, size, limits, &mut |_, _| {}, &mut |path, member| {
        if path.as_str() == MANIFEST {
            let mut json = Vec::new();
            member.take(limits.manifest_bytes + 1).read_to_end(&mut json)?;
            if json.len() as u64 > limits.manifest_bytes {
                return Err(ManifestError::TooLarge(limits.manifest_bytes / 1024).into());
            }
            manifest = Some(Manifest::parse(&json)?);
        } else {
            site |= path.web_path().is_some();
            has_index_page |= path.is_index_page();
            io::copy(member, &mut io::sink())?;
        }
        Ok(())
    })?;
    let manifest = manifest.ok_or(PackageError::NoManifest)?;
    if site { Ok(PackageContents { manifest, has_index_page }) } else { Err(PackageError::NoSite) }
}

/// Calls `unpack_file` for each file below `web/`, with its path there and its content, and `on_progress` with the number of
/// members that were read and of all members.
///
/// # Errors
/// Returns why the package cannot be unpacked; an error of `unpack_file` is [`PackageError::Io`]. The caller removes what
/// was written before.
pub fn unpack_web(
    reader: Box<dyn ReadSeek>,
    size: u64,
    limits: &PackageLimits,
    on_progress: &mut dyn FnMut(usize, usize),
    unpack_file: &mut dyn FnMut(&str, &mut dyn Read) -> io::Result<()>,
) -> Result<(), PackageError> {
    for_each_file(reader, size, limits, on_progress, &mut |path, member| match path.web_path() {
        None => Ok(()),
        Some(path_in_site) => unpack_file(path_in_site, member).map_err(PackageError::Io),
    })
}

type Visit<'a> = dyn FnMut(&ArchivePath, &mut dyn Read) -> Result<(), PackageError> + 'a;

fn for_each_file(
    mut reader: Box<dyn ReadSeek>,
    size: u64,
    limits: &PackageLimits,
    on_progress: &mut dyn FnMut(usize, usize),
    visit: &mut Visit<'_>,
) -> Result<(), PackageError> {
    directory::check(&mut reader, size, limits)?;
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut archive = ZipArchive::with_config(config, reader)?;
    // The archive would return only one of them.
    if archive.has_duplicate_names() {
        return Err(PackageError::DuplicateName);
    }
    // Members that share compressed bytes let a small file unpack to a very large one.
    if archive.has_overlapping_entries()? {
        return Err(PackageError::TooLarge);
    }
    let mut seen = PathSet::default();
    let mut remaining = limits.max_unpacked_bytes(size);
    for index in 0..archive.len() {
        on_progress(index, archive.len());
        let mut file = archive.by_index(index).map_err(|e| match e {
            ZipError::Io(e) => PackageError::Io(e),
            ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
                PackageError::Encrypted(format!("member {}", index + 1))
            }
            _ => PackageError::Damaged(format!("member {}", index + 1)),
        })?;
        let name = std::str::from_utf8(file.name_raw())
            // Code page 437 (APPNOTE D.1) or another one of the computer that made the file, so the name is only a guess.
            .map_err(|_| PackageError::Name {
                name: displayable(&file.name().unwrap_or_default()),
                why: InvalidPath::NotUtf8,
            })?
            .to_owned();
        let invalid = |why| PackageError::Name { name: displayable(&name), why };
        if file.unix_mode().is_some_and(is_special) {
            return Err(PackageError::Link(displayable(&name)));
        }
        let path = ArchivePath::parse(name.trim_end_matches('/')).map_err(invalid)?;
        if file.is_dir() {
            continue;
        }
        seen.insert(&path).map_err(invalid)?;
        // Folders count, too, even those that appear only in paths.
        if seen.len() > limits.entries {
            return Err(PackageError::TooManyFiles(limits.entries));
        }
        let mut reader = MemberReader { inner: (&mut file).take(remaining + 1), read: 0, failed: false };
        let result = visit(&path, &mut reader);
        if reader.read > remaining {
            return Err(PackageError::TooLarge);
        }
        match result {
            Err(_) if reader.failed => return Err(PackageError::Damaged(path.as_str().to_owned())),
            other => other?,
        }
        remaining -= reader.read;
    }
    Ok(())
}

/// Returns whether a mode is that of neither a regular file nor a folder (stat(2)).
const fn is_special(mode: u32) -> bool {
    const TYPE: u32 = 0o170_000;
    !matches!(mode & TYPE, 0 | 0o100_000 | 0o040_000)
}

/// Counts the bytes and remembers whether reading failed, to tell a damaged member from an error of what reads it.
struct MemberReader<R> {
    inner: R,
    read: u64,
    failed: bool,
}

impl<R: Read> Read for MemberReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer).inspect_err(|_| self.failed = true)?;
        self.read += count as u64;
        Ok(count)
    }
}

/// Returns a name without control characters, cut to 80 characters.
fn displayable(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
