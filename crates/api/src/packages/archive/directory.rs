//! Checks the position and size of a zip file's directory before it is read into memory.
//!
//! The check is stricter than the format, so that a file can be read in one way only: the directory ends where its end
//! record begins, and that record ends the file. ZIP64 records are refused; packages are too small to need them.

use std::io::{Read, Seek, SeekFrom};

use padlock_domain::PackageLimits;

use super::error::PackageError;

const END_SIGNATURE: &[u8] = b"PK\x05\x06";
const ENTRY_SIGNATURE: &[u8] = b"PK\x01\x02";
/// The length of the end record without its comment, in bytes.
const END_RECORD_BYTES: usize = 22;
/// The length of a directory entry without its name, in bytes.
const ENTRY_BYTES: u64 = 46;

/// Checks the directory of a file of `size` bytes and rewinds the reader.
///
/// # Errors
/// Returns an error when the directory is misplaced or exceeds `limits`.
pub(super) fn check(reader: &mut (impl Read + Seek), size: u64, limits: &PackageLimits) -> Result<(), PackageError> {
    let tail_start = size.saturating_sub((END_RECORD_BYTES + usize::from(u16::MAX)) as u64);
    reader.seek(SeekFrom::Start(tail_start))?;
    let mut tail = Vec::new();
    reader.take(size - tail_start).read_to_end(&mut tail)?;
    let at =
        tail.windows(END_SIGNATURE.len()).rposition(|bytes| bytes == END_SIGNATURE).ok_or(PackageError::NotAZip)?;
    let end = tail.get(at..).and_then(EndRecord::parse).ok_or(PackageError::NotAZip)?;

    if usize::from(end.entries) > limits.entries {
        return Err(PackageError::TooManyFiles(limits.entries));
    }
    if u64::from(end.size) > limits.directory_bytes {
        return Err(PackageError::NamesTooLong);
    }
    let (start, length) = (u64::from(end.start), u64::from(end.size));
    if start + length != tail_start + at as u64 || u64::from(end.entries) * ENTRY_BYTES > length {
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

/// The end of central directory record (APPNOTE 4.3.16).
struct EndRecord {
    entries: u16,
    size: u32,
    start: u32,
}

impl EndRecord {
    /// Parses a record that ends with `bytes` and belongs to an archive of a single file.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let u16_at = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
        let u32_at = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let (disk, directory_disk) = (u16_at(4)?, u16_at(6)?);
        let (entries_on_disk, entries) = (u16_at(8)?, u16_at(10)?);
        let ends_the_file = bytes.len() == END_RECORD_BYTES + usize::from(u16_at(20)?);
        let is_single_file = disk == 0 && directory_disk == 0 && entries_on_disk == entries;
        (ends_the_file && is_single_file).then_some(())?;
        Some(Self { entries, size: u32_at(12)?, start: u32_at(16)? })
    }
}
