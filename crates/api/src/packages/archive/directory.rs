//! Where a zip file has its directory, and how much there is of it: looked at before any of it is read into memory.
//!
//! Stricter than the format, so that there is one way only to read a file, and the reader that follows takes it: the
//! directory ends where its end record begins, and that record ends the file. A package is far too small to need the 64-bit
//! records, so a file that has some is refused.

use std::io::{self, Read, Seek, SeekFrom};

use padlock_domain::package::PackageLimits;

use super::PackageError;

const END_SIGNATURE: &[u8] = b"PK\x05\x06";
const ENTRY_SIGNATURE: &[u8] = b"PK\x01\x02";
/// The end record without the comment.
const END: usize = 22;
/// An entry of the directory without its name.
const ENTRY: u64 = 46;

/// Refuses a file whose directory would take much memory, or is not where it should be. `size` is the file's.
pub(super) fn check(reader: &mut (impl Read + Seek), size: u64, caps: &PackageLimits) -> Result<(), PackageError> {
    let from = size.saturating_sub((END + usize::from(u16::MAX)) as u64);
    reader.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    reader.take(size - from).read_to_end(&mut tail)?;
    let at =
        tail.windows(END_SIGNATURE.len()).rposition(|bytes| bytes == END_SIGNATURE).ok_or(PackageError::NotAZip)?;
    let end = tail.get(at..).and_then(End::parse).ok_or(PackageError::NotAZip)?;

    if usize::from(end.entries) > caps.entries {
        return Err(PackageError::TooMany(caps.entries));
    }
    if u64::from(end.size) > caps.directory {
        return Err(PackageError::LongNames);
    }
    let (start, length) = (u64::from(end.start), u64::from(end.size));
    if start + length != from + at as u64 || u64::from(end.entries) * ENTRY > length {
        return Err(PackageError::NotAZip);
    }
    let mut signature = [0; ENTRY_SIGNATURE.len()];
    reader.seek(SeekFrom::Start(start))?;
    reader.read_exact(&mut signature)?;
    if end.entries > 0 && signature != ENTRY_SIGNATURE {
        return Err(PackageError::NotAZip);
    }
    reader.seek(SeekFrom::Start(0))?;
    Ok(())
}

/// The end record (APPNOTE 4.3.16).
struct End {
    entries: u16,
    size: u32,
    start: u32,
}

impl End {
    /// Reads one that ends with the file and speaks of one file alone.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let two = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
        let four = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let (disk, disk_of_start, here, entries) = (two(4)?, two(6)?, two(8)?, two(10)?);
        let whole = bytes.len() == END + usize::from(two(20)?);
        (whole && disk == 0 && disk_of_start == 0 && here == entries).then_some(())?;
        Some(Self { entries, size: four(12)?, start: four(16)? })
    }
}

impl From<io::Error> for PackageError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Self::NotAZip,
            _ => Self::Io(error),
        }
    }
}
