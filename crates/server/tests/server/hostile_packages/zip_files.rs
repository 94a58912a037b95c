//! Invalid and extreme zip files, written as streams because of their size.

use std::io::{self, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

pub(super) const METADATA: &[u8] = br#"{"RuntimeVersion":"10.6.1","ModelVersion":"9.9.9","ProjectName":"shop"}"#;
pub(super) const MANIFEST: &str = "model/metadata.json";
pub(super) const MIB: usize = 1024 * 1024;

type Zip<'a> = ZipWriter<StreamWriter<&'a mut dyn Write>>;

/// Writes a package that unpacks to `size` zero bytes.
pub(super) fn zip_bomb(out: &mut dyn Write, size: usize) -> io::Result<()> {
    let mut zip = begin_package(out)?;
    start_file(&mut zip, "web/bomb", CompressionMethod::Deflated)?;
    let zeros = vec![0; MIB];
    for _ in 0..size / MIB {
        zip.write_all(&zeros)?;
    }
    finish(zip)
}

/// Writes a package whose manifest has `size` bytes.
pub(super) fn large_manifest(out: &mut dyn Write, size: usize) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(out);
    start_file(&mut zip, MANIFEST, CompressionMethod::Deflated)?;
    zip.write_all(br#"{"RuntimeVersion":"1","ModelVersion":"1","Description":""#)?;
    let text = vec![b'x'; MIB];
    for _ in 0..size / MIB {
        zip.write_all(&text)?;
    }
    zip.write_all(br#""}"#)?;
    finish(zip)
}

fn begin_package(out: &mut dyn Write) -> io::Result<Zip<'_>> {
    let mut zip = ZipWriter::new_stream(out);
    start_file(&mut zip, MANIFEST, CompressionMethod::Deflated)?;
    zip.write_all(METADATA)?;
    Ok(zip)
}

fn start_file(zip: &mut Zip<'_>, name: &str, method: CompressionMethod) -> io::Result<()> {
    let options = SimpleFileOptions::default().compression_method(method).compression_level(None);
    zip.start_file(name, options).map_err(io::Error::other)
}

fn finish(zip: Zip<'_>) -> io::Result<()> {
    zip.finish().map_err(io::Error::other)?.into_inner().flush()
}

/// The numbers in the end records of a zip file, which may be wrong.
pub(super) struct EndRecord {
    pub(super) entries: u16,
    /// The number of entries from which the size of the directory is computed.
    pub(super) entries_in_size: u32,
    /// The number of entries in the Zip64 record, if there is one.
    pub(super) zip64_entries: Option<u64>,
}

/// Writes a zip file whose directory has `entries` empty files.
pub(super) fn directory_of(out: &mut dyn Write, entries: u32, end: &EndRecord) -> io::Result<()> {
    const LENGTH: usize = 46 + 12;
    let local = [b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0".as_slice(), &[0; 12], b"\x0c\0\0\0", b"web/00000000"].concat();
    out.write_all(&local)?;
    for n in 0..entries {
        let mut entry = b"PK\x01\x02\x14\0\x14\0".to_vec();
        entry.resize(46, 0);
        entry[28] = 12;
        write!(entry, "web/{n:08}")?;
        assert_eq!(entry.len(), LENGTH);
        out.write_all(&entry)?;
    }
    if let Some(claimed) = end.zip64_entries {
        let at = (local.len() + LENGTH * usize::try_from(entries).unwrap()) as u64;
        let size = LENGTH as u64 * claimed;
        let record = [44, 20 | 20 << 16, 0, claimed, claimed, size, local.len() as u64];
        out.write_all(b"PK\x06\x06")?;
        for (value, bytes) in record.into_iter().zip([8, 4, 8, 8, 8, 8, 8]) {
            out.write_all(&value.to_le_bytes()[..bytes])?;
        }
        out.write_all(b"PK\x06\x07\0\0\0\0")?;
        out.write_all(&at.to_le_bytes())?;
        out.write_all(&1_u32.to_le_bytes())?;
    }
    let size = u32::try_from(LENGTH).unwrap() * end.entries_in_size;
    out.write_all(b"PK\x05\x06\0\0\0\0")?;
    out.write_all(&[end.entries.to_le_bytes(), end.entries.to_le_bytes()].concat())?;
    out.write_all(&[size.to_le_bytes(), u32::try_from(local.len()).unwrap().to_le_bytes()].concat())?;
    out.write_all(&[0; 2])?;
    out.flush()
}
