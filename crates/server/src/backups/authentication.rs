//! The header of a backup: its format, the id of a key, and a MAC (HMAC-SHA-256, RFC 2104) over everything else, by a key that
//! is derived from that key (HKDF, RFC 5869). It is verified before anything else is read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use data_encoding::HEXLOWER;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use padlock_api::keyring::Key;
use sha2::{Digest, Sha256};

const FORMAT: &str = "padlock-backup 2\n";
/// What the formats of this and later versions begin with.
const ANY_FORMAT: &[u8] = b"padlock-backup ";
const ZIP_FILE: &[u8] = b"PK\x03\x04";
const KEY_ID_LENGTH: usize = 8;
const MAC_BYTES: usize = 32;
/// What the MAC covers of the header: the format and the line with the id of the key.
const COVERED_BYTES: usize = FORMAT.len() + "key \n".len() + KEY_ID_LENGTH;
const HEADER_BYTES: usize = COVERED_BYTES + "mac \n".len() + 2 * MAC_BYTES;
/// The content is read and hashed in blocks of this size.
const BLOCK_BYTES: usize = 1 << 20;
/// Separates this use of a key from every other one.
const PURPOSE: &[u8] = b"padlock backup 2: authentication";

/// A backup whose MAC is not verified yet.
pub(crate) struct Header {
    file: File,
    /// The id of the key that the MAC was made with.
    pub(crate) key_id: String,
    covered: [u8; COVERED_BYTES],
    mac: Vec<u8>,
}

/// What the first bytes of a file say.
pub(crate) enum BackupFile {
    /// A backup of the present format.
    Current(Header),
    /// A zip file, as backups of earlier versions are.
    Earlier(File),
    /// Neither. The text continues the sentence "the backup …".
    Other(&'static str),
}

impl BackupFile {
    /// Reads the header of a file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
    pub(crate) fn read(mut file: File) -> io::Result<Self> {
        let mut header = Vec::new();
        Read::by_ref(&mut file).take(HEADER_BYTES as u64).read_to_end(&mut header)?;
        if let Some((key_id, covered, mac)) = parse(&header) {
            return Ok(Self::Current(Header { file, key_id, covered, mac }));
        }
        if header.starts_with(ZIP_FILE) {
            file.seek(SeekFrom::Start(0))?;
            return Ok(Self::Earlier(file));
        }
        Ok(Self::Other(if header.starts_with(FORMAT.as_bytes()) {
            "is damaged: its first lines cannot be read"
        } else if header.starts_with(ANY_FORMAT) {
            "was made by a newer version of padlock-server"
        } else {
            "is damaged, or not a backup"
        }))
    }
}

/// The content of a backup, which is being written: what follows its header. The MAC is that of the bytes that are written,
/// whoever else changes the file meanwhile.
pub(crate) struct NewContent {
    file: File,
    mac: Hmac<Sha256>,
}

/// The content of a backup whose MAC is right. What changed in the file since then is not read.
#[derive(Debug)]
pub(crate) struct AuthenticContent {
    file: File,
    length: u64,
    position: u64,
    /// The hash of each block.
    hashes: Vec<[u8; 32]>,
    /// The number and the bytes of the block that was read last.
    block: Option<(usize, Vec<u8>)>,
}

fn parse(header: &[u8]) -> Option<(String, [u8; COVERED_BYTES], Vec<u8>)> {
    let (covered, rest) = header.split_first_chunk::<COVERED_BYTES>()?;
    let key_id = std::str::from_utf8(covered).ok()?.strip_prefix(FORMAT)?.strip_prefix("key ")?.strip_suffix('\n')?;
    let mac = std::str::from_utf8(rest).ok()?.strip_prefix("mac ")?.strip_suffix('\n')?;
    let mac = HEXLOWER.decode(mac.as_bytes()).ok().filter(|mac| mac.len() == MAC_BYTES)?;
    Some((key_id.to_owned(), *covered, mac))
}

fn covered_header(key: &Key) -> String {
    format!("{FORMAT}key {}\n", key.id())
}

fn new_mac(key: &Key) -> io::Result<Hmac<Sha256>> {
    let mut derived = [0; MAC_BYTES];
    Hkdf::<Sha256>::new(None, key.expose())
        .expand(PURPOSE, &mut derived)
        .map_err(|error| io::Error::other(error.to_string()))?;
    Hmac::new_from_slice(&derived).map_err(io::Error::other)
}

/// Passes each block of the content to `each`. The file is at the beginning of the content.
fn read_blocks(file: &mut File, mut each: impl FnMut(&[u8])) -> io::Result<()> {
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    loop {
        block.clear();
        file.take(BLOCK_BYTES as u64).read_to_end(&mut block)?;
        if block.is_empty() {
            return Ok(());
        }
        each(&block);
    }
}

impl NewContent {
    /// Begins a backup in an empty file: writes a header without its MAC. [`NewContent::authenticate`] completes it.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub(crate) fn begin(mut file: File, key: &Key) -> io::Result<Self> {
        let covered = covered_header(key);
        let mut mac = new_mac(key)?;
        mac.update(covered.as_bytes());
        writeln!(file, "{covered}mac {}", "0".repeat(2 * MAC_BYTES))?;
        Ok(Self { file, mac })
    }

    /// Writes the MAC of a backup whose content is complete, and flushes the file to disk.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub(crate) fn authenticate(self) -> io::Result<()> {
        let Self { mut file, mac } = self;
        file.seek(SeekFrom::Start(COVERED_BYTES as u64))?;
        write!(file, "mac {}", HEXLOWER.encode(&mac.finalize().into_bytes()))?;
        file.sync_all()
    }
}

/// Verifies the MAC of a backup, and returns its content if it is right.
///
/// # Errors
/// Returns an error if the file cannot be read.
pub(crate) fn open_authenticated(header: Header, key: &Key) -> io::Result<Option<AuthenticContent>> {
    let Header { mut file, covered, mac: expected, .. } = header;
    let mut mac = new_mac(key)?;
    mac.update(&covered);
    let (mut length, mut hashes) = (0, Vec::new());
    read_blocks(&mut file, |block| {
        mac.update(block);
        length += block.len() as u64;
        hashes.push(Sha256::digest(block).into());
    })?;
    let is_right = mac.verify_slice(&expected).is_ok();
    Ok(is_right.then_some(AuthenticContent { file, length, position: 0, hashes, block: None }))
}

impl AuthenticContent {
    /// Returns the bytes of a block.
    fn block(&mut self, number: usize) -> io::Result<&[u8]> {
        if self.block.as_ref().is_none_or(|(read, _)| *read != number) {
            self.file.seek(SeekFrom::Start((HEADER_BYTES + number * BLOCK_BYTES) as u64))?;
            let mut bytes = self.block.take().map_or_else(Vec::new, |(_, bytes)| bytes);
            bytes.clear();
            (&self.file).take(BLOCK_BYTES as u64).read_to_end(&mut bytes)?;
            if self.hashes.get(number) != Some(&Sha256::digest(&bytes).into()) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the file was changed while it was read"));
            }
            self.block = Some((number, bytes));
        }
        Ok(self.block.as_ref().map_or(&[], |(_, bytes)| bytes))
    }
}

impl Read for AuthenticContent {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.length {
            return Ok(0);
        }
        let position = usize::try_from(self.position).map_err(io::Error::other)?;
        let mut rest = self.block(position / BLOCK_BYTES)?.get(position % BLOCK_BYTES..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for AuthenticContent {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl Write for NewContent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.mac.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(content: &[u8], key: &Key) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup");
        let mut backup = NewContent::begin(File::create_new(&path).unwrap(), key).unwrap();
        backup.write_all(content).unwrap();
        backup.authenticate().unwrap();
        (folder, path)
    }

    fn read(path: &std::path::Path, key: &Key) -> Option<String> {
        let BackupFile::Current(header) = BackupFile::read(File::open(path).unwrap()).unwrap() else { return None };
        let mut text = String::new();
        open_authenticated(header, key).unwrap()?.read_to_string(&mut text).unwrap();
        Some(text)
    }

    #[test]
    fn every_changed_byte_and_every_other_key_is_detected() {
        let key = Key::new([7; 32]);
        let (_folder, path) = written(b"Content of a backup", &key);
        assert_eq!(read(&path, &key).as_deref(), Some("Content of a backup"));
        assert_eq!(read(&path, &Key::new([8; 32])), None);
        let original = std::fs::read(&path).unwrap();
        assert!(original.starts_with(format!("padlock-backup 2\nkey {}\nmac ", key.id()).as_bytes()));
        for index in 0..original.len() {
            let mut changed = original.clone();
            changed[index] ^= 1;
            std::fs::write(&path, changed).unwrap();
            assert_eq!(read(&path, &key), None, "byte {index}");
        }
        for length in [0, 10, HEADER_BYTES - 1, HEADER_BYTES, original.len() - 1] {
            std::fs::write(&path, &original[..length]).unwrap();
            assert_eq!(read(&path, &key), None, "the first {length} bytes");
        }
        std::fs::write(&path, [&original[..], b"x"].concat()).unwrap();
        assert_eq!(read(&path, &key), None, "one byte more");
    }

    /// Somebody who can write the file changes it before it is complete.
    #[test]
    fn what_another_process_wrote_is_not_authenticated() {
        let key = Key::new([7; 32]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup");
        let mut backup = NewContent::begin(File::create_new(&path).unwrap(), &key).unwrap();
        backup.write_all(b"content").unwrap();
        let other = File::options().write(true).open(&path).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&other, b"x", HEADER_BYTES as u64).unwrap();
        backup.authenticate().unwrap();
        assert_eq!(read(&path, &key), None);
    }

    /// Somebody who can write the file waits until its MAC was verified.
    #[test]
    fn what_was_changed_since_its_mac_was_verified_is_not_read() {
        let key = Key::new([7; 32]);
        let (_folder, path) = written(&vec![b'x'; 3 * BLOCK_BYTES], &key);
        let BackupFile::Current(header) = BackupFile::read(File::open(&path).unwrap()).unwrap() else {
            panic!("a backup")
        };
        let mut content = open_authenticated(header, &key).unwrap().unwrap();
        let mut bytes = [0; 2];
        content.seek(SeekFrom::End(-1)).unwrap();
        assert_eq!((content.read(&mut bytes).unwrap(), bytes[0]), (1, b'x'));
        let file = File::options().write(true).open(&path).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, b"y", (HEADER_BYTES + BLOCK_BYTES + 5) as u64).unwrap();
        content.seek(SeekFrom::Start(BLOCK_BYTES as u64 - 1)).unwrap();
        assert_eq!((content.read(&mut bytes).unwrap(), bytes[0]), (1, b'x'), "of the first block");
        assert!(content.read(&mut bytes).unwrap_err().to_string().contains("was changed while it was read"));
    }
}
