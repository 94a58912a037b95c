//! Zip files that no tool would write, as streams: what is large is never in the test's memory at once.

use std::io::{self, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

pub(super) const METADATA: &[u8] = br#"{"RuntimeVersion":"10.6.1","ModelVersion":"9.9.9","ProjectName":"shop"}"#;
pub(super) const MANIFEST: &str = "model/metadata.json";
pub(super) const MIB: usize = 1024 * 1024;

type Zip<'a> = ZipWriter<StreamWriter<&'a mut dyn Write>>;

/// A package that unpacks to `size` bytes of nothing.
pub(super) fn bomb(out: &mut dyn Write, size: usize) -> io::Result<()> {
    let mut zip = begun(out)?;
    begin(&mut zip, "web/bomb", CompressionMethod::Deflated)?;
    let nothing = vec![0; MIB];
    for _ in 0..size / MIB {
        zip.write_all(&nothing)?;
    }
    ended(zip)
}

/// A package whose manifest has `size` bytes.
pub(super) fn long_manifest(out: &mut dyn Write, size: usize) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(out);
    begin(&mut zip, MANIFEST, CompressionMethod::Deflated)?;
    zip.write_all(br#"{"RuntimeVersion":"1","ModelVersion":"1","Description":""#)?;
    let text = vec![b'x'; MIB];
    for _ in 0..size / MIB {
        zip.write_all(&text)?;
    }
    zip.write_all(br#""}"#)?;
    ended(zip)
}

fn begun(out: &mut dyn Write) -> io::Result<Zip<'_>> {
    let mut zip = ZipWriter::new_stream(out);
    begin(&mut zip, MANIFEST, CompressionMethod::Deflated)?;
    zip.write_all(METADATA)?;
    Ok(zip)
}

fn begin(zip: &mut Zip<'_>, name: &str, method: CompressionMethod) -> io::Result<()> {
    let options = SimpleFileOptions::default().compression_method(method).compression_level(None);
    zip.start_file(name, options).map_err(io::Error::other)
}

fn ended(zip: Zip<'_>) -> io::Result<()> {
    zip.finish().map_err(io::Error::other)?.into_inner().flush()
}

/// What the end record of a file of many members says.
pub(super) struct Claim {
    pub(super) entries: u16,
    /// Of so many members it gives the size of the directory.
    pub(super) sized: u32,
    /// What a 64-bit record before it says, if there is one.
    pub(super) in_64_bits: Option<u64>,
}

/// A file with a directory of `members` empty members.
pub(super) fn many(out: &mut dyn Write, members: u32, claim: &Claim) -> io::Result<()> {
    const LENGTH: usize = 46 + 12;
    let local = [b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0".as_slice(), &[0; 12], b"\x0c\0\0\0", b"web/00000000"].concat();
    out.write_all(&local)?;
    for n in 0..members {
        let mut entry = b"PK\x01\x02\x14\0\x14\0".to_vec();
        entry.resize(46, 0);
        entry[28] = 12;
        write!(entry, "web/{n:08}")?;
        assert_eq!(entry.len(), LENGTH);
        out.write_all(&entry)?;
    }
    if let Some(entries) = claim.in_64_bits {
        let at = (local.len() + LENGTH * usize::try_from(members).unwrap()) as u64;
        let size = LENGTH as u64 * entries;
        let record = [44, 20 | 20 << 16, 0, entries, entries, size, local.len() as u64];
        out.write_all(b"PK\x06\x06")?;
        for (value, bytes) in record.into_iter().zip([8, 4, 8, 8, 8, 8, 8]) {
            out.write_all(&value.to_le_bytes()[..bytes])?;
        }
        out.write_all(b"PK\x06\x07\0\0\0\0")?;
        out.write_all(&at.to_le_bytes())?;
        out.write_all(&1_u32.to_le_bytes())?;
    }
    let size = u32::try_from(LENGTH).unwrap() * claim.sized;
    out.write_all(b"PK\x05\x06\0\0\0\0")?;
    out.write_all(&[claim.entries.to_le_bytes(), claim.entries.to_le_bytes()].concat())?;
    out.write_all(&[size.to_le_bytes(), u32::try_from(local.len()).unwrap().to_le_bytes()].concat())?;
    out.write_all(&[0; 2])?;
    out.flush()
}
