//! Checks the position and size of a zip file's directory before it is read into memory.
//!
//! The check is stricter than the format, so that a file can be read in one way only: the directory ends where its end
//! records begin, and these end the file. Packages are too small to need ZIP64 records; where a tool writes them anyway,
//! they must say the same as the other one.

use std::io::{Read, Seek, SeekFrom};

use padlock_domain::PackageLimits;

use super::error::PackageError;

const END_SIGNATURE: &[u8] = b"PK\x05\x06";
const ENTRY_SIGNATURE: &[u8] = b"PK\x01\x02";
const ZIP64_SIGNATURE: &[u8] = b"PK\x06\x06";
const ZIP64_LOCATOR_SIGNATURE: &[u8] = b"PK\x06\x07";
/// The length of the ZIP64 end record without extensible data, in bytes.
const ZIP64_RECORD_BYTES: usize = 56;
const ZIP64_LOCATOR_BYTES: usize = 20;
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

    let end_position = tail_start + at as u64;
    let (end, directory_end) = match Zip64End::read(reader, &tail, at, end_position)? {
        None => (end, end_position),
        Some(zip64) => (zip64.confirm(&end).ok_or(PackageError::NotAZip)?, zip64.position),
    };

    if end.entries > limits.entries as u64 {
        return Err(PackageError::TooManyFiles(limits.entries));
    }
    if end.size > limits.directory_bytes {
        return Err(PackageError::NamesTooLong);
    }
    if end.start.checked_add(end.size) != Some(directory_end) || end.entries * ENTRY_BYTES > end.size {
        return Err(PackageError::NotAZip);
    }
    let mut signature = [0; ENTRY_SIGNATURE.len()];
    reader.seek(SeekFrom::Start(end.start))?;
    reader.read_exact(&mut signature)?;
    if end.entries > 0 && signature != ENTRY_SIGNATURE {
        return Err(PackageError::NotAZip);
    }
    reader.seek(SeekFrom::Start(0))?;
    Ok(())
}

/// What an end of central directory record says (APPNOTE 4.3.16).
struct EndRecord {
    entries: u64,
    size: u64,
    start: u64,
}

impl EndRecord {
    /// Parses a record that ends with `bytes` and belongs to an archive of a single file.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let (disk, directory_disk) = (u16_at(bytes, 4)?, u16_at(bytes, 6)?);
        let (entries_on_disk, entries) = (u16_at(bytes, 8)?, u16_at(bytes, 10)?);
        let ends_the_file = bytes.len() == END_RECORD_BYTES + usize::from(u16_at(bytes, 20)?);
        let is_single_file = disk == 0 && directory_disk == 0 && entries_on_disk == entries;
        (ends_the_file && is_single_file).then_some(())?;
        let (size, start) = (u32_at(bytes, 12)?, u32_at(bytes, 16)?);
        Some(Self { entries: entries.into(), size: size.into(), start: start.into() })
    }
}

/// What a ZIP64 end of central directory record says (APPNOTE 4.3.14).
struct Zip64End {
    position: u64,
    end: EndRecord,
}

impl Zip64End {
    /// Reads the record, if its locator stands before the end record, which is at `at` in `tail`.
    fn read(
        reader: &mut (impl Read + Seek),
        tail: &[u8],
        at: usize,
        end_position: u64,
    ) -> Result<Option<Self>, PackageError> {
        let locator = at.checked_sub(ZIP64_LOCATOR_BYTES).and_then(|start| tail.get(start..at));
        let Some(locator) = locator.filter(|bytes| bytes.starts_with(ZIP64_LOCATOR_SIGNATURE)) else { return Ok(None) };
        let position = u64_at(locator, 8).ok_or(PackageError::NotAZip)?;
        let mut record = [0; ZIP64_RECORD_BYTES];
        reader.seek(SeekFrom::Start(position))?;
        reader.read_exact(&mut record)?;
        let end = Self::parse(&record, locator).ok_or(PackageError::NotAZip)?;
        // Without extensible data, the record ends where its locator begins.
        let record_end = position.checked_add((ZIP64_RECORD_BYTES + ZIP64_LOCATOR_BYTES) as u64);
        if record_end != Some(end_position) {
            return Err(PackageError::NotAZip);
        }
        Ok(Some(Self { position, end }))
    }

    fn parse(record: &[u8], locator: &[u8]) -> Option<EndRecord> {
        let (entries_on_disk, entries) = (u64_at(record, 24)?, u64_at(record, 32)?);
        let is_record = record.starts_with(ZIP64_SIGNATURE) && u64_at(record, 4)? == ZIP64_RECORD_BYTES as u64 - 12;
        let is_single_file = u32_at(record, 16)? == 0
            && u32_at(record, 20)? == 0
            && u32_at(locator, 4)? == 0
            && u32_at(locator, 16)? <= 1
            && entries_on_disk == entries;
        (is_record && is_single_file).then_some(EndRecord {
            entries,
            size: u64_at(record, 40)?,
            start: u64_at(record, 48)?,
        })
    }

    /// Returns what both records say, or `None` if they differ. The other record may refer to this one by its largest
    /// numbers.
    fn confirm(&self, other: &EndRecord) -> Option<EndRecord> {
        let agree = |zip64: u64, other: u64, reference: u64| other == zip64 || other == reference;
        let EndRecord { entries, size, start } = self.end;
        let all_agree = agree(entries, other.entries, u16::MAX.into())
            && agree(size, other.size, u32::MAX.into())
            && agree(start, other.start, u32::MAX.into());
        all_agree.then_some(EndRecord { entries, size, start })
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
