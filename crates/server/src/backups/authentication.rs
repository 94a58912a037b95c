//! The head of a backup: its format, the id of a key, and a code (HMAC-SHA-256, RFC 2104) over everything else, by a key that
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
const CODE_BYTES: usize = 32;
/// What the code covers: the format and the line with the id of the key.
const COVERED_HEAD: usize = FORMAT.len() + "key \n".len() + KEY_ID_LENGTH;
const HEAD: usize = COVERED_HEAD + "mac \n".len() + 2 * CODE_BYTES;
/// The content is read and hashed in blocks of this size.
const BLOCK_BYTES: usize = 1 << 20;
/// Separates this use of a key from every other one.
const PURPOSE: &[u8] = b"padlock backup 2: authentication";

/// A backup whose code is not verified yet.
pub(crate) struct Header {
    file: File,
    /// The id of the key that the code was made with.
    pub(crate) key_id: String,
    covered: [u8; COVERED_HEAD],
    code: Vec<u8>,
}

/// What the first bytes of a file say.
pub(crate) enum Head {
    /// A backup of the present format.
    Current(Header),
    /// A zip file, as backups of earlier versions are.
    Earlier(File),
    /// Neither. The text continues the sentence "the backup …".
    Other(&'static str),
}

impl Head {
    /// Reads the head of a file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
    pub(crate) fn read(mut file: File) -> io::Result<Self> {
        let mut head = Vec::new();
        Read::by_ref(&mut file).take(HEAD as u64).read_to_end(&mut head)?;
        if let Some((key_id, covered, code)) = parse(&head) {
            return Ok(Self::Current(Header { file, key_id, covered, code }));
        }
        if head.starts_with(ZIP_FILE) {
            file.seek(SeekFrom::Start(0))?;
            return Ok(Self::Earlier(file));
        }
        Ok(Self::Other(if head.starts_with(FORMAT.as_bytes()) {
            "is damaged: its first lines cannot be read"
        } else if head.starts_with(ANY_FORMAT) {
            "was made by a newer version of padlock-server"
        } else {
            "is damaged, or not a backup"
        }))
    }
}

/// The content of a backup, which is being written: what follows its head.
#[derive(Debug)]
pub(crate) struct NewContent(File);

/// The content of a backup whose code is right. What changed in the file since then is not read.
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

fn parse(head: &[u8]) -> Option<(String, [u8; COVERED_HEAD], Vec<u8>)> {
    let (covered, rest) = head.split_first_chunk::<COVERED_HEAD>()?;
    let key_id = std::str::from_utf8(covered).ok()?.strip_prefix(FORMAT)?.strip_prefix("key ")?.strip_suffix('\n')?;
    let code = std::str::from_utf8(rest).ok()?.strip_prefix("mac ")?.strip_suffix('\n')?;
    let code = HEXLOWER.decode(code.as_bytes()).ok().filter(|code| code.len() == CODE_BYTES)?;
    Some((key_id.to_owned(), *covered, code))
}

fn covered_head(key: &Key) -> String {
    format!("{FORMAT}key {}\n", key.id())
}

fn new_code(key: &Key) -> io::Result<Hmac<Sha256>> {
    let mut derived = [0; CODE_BYTES];
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

/// Begins a backup: writes a head without its code. [`authenticate`] completes it.
///
/// # Errors
/// Returns an error if the file cannot be written.
pub(crate) fn begin(mut file: File, key: &Key) -> io::Result<NewContent> {
    file.write_all(covered_head(key).as_bytes())?;
    writeln!(file, "mac {}", "0".repeat(2 * CODE_BYTES))?;
    Ok(NewContent(file))
}

/// Writes the code of a backup whose content is complete, and flushes the file to disk.
///
/// # Errors
/// Returns an error if the file cannot be read or written.
pub(crate) fn authenticate(content: NewContent, key: &Key) -> io::Result<()> {
    let mut file = content.0;
    let mut code = new_code(key)?;
    code.update(covered_head(key).as_bytes());
    file.seek(SeekFrom::Start(HEAD as u64))?;
    read_blocks(&mut file, |block| code.update(block))?;
    file.seek(SeekFrom::Start(COVERED_HEAD as u64))?;
    write!(file, "mac {}", HEXLOWER.encode(&code.finalize().into_bytes()))?;
    file.sync_all()
}

/// Verifies the code of a backup, and returns its content if it is right.
///
/// # Errors
/// Returns an error if the file cannot be read.
pub(crate) fn open_authenticated(header: Header, key: &Key) -> io::Result<Option<AuthenticContent>> {
    let Header { mut file, covered, code: expected, .. } = header;
    let mut code = new_code(key)?;
    code.update(&covered);
    let (mut length, mut hashes) = (0, Vec::new());
    read_blocks(&mut file, |block| {
        code.update(block);
        length += block.len() as u64;
        hashes.push(Sha256::digest(block).into());
    })?;
    let is_right = code.verify_slice(&expected).is_ok();
    Ok(is_right.then_some(AuthenticContent { file, length, position: 0, hashes, block: None }))
}

impl AuthenticContent {
    /// Returns the bytes of a block.
    fn block(&mut self, number: usize) -> io::Result<&[u8]> {
        if self.block.as_ref().is_none_or(|(read, _)| *read != number) {
            self.file.seek(SeekFrom::Start((HEAD + number * BLOCK_BYTES) as u64))?;
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
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Positions are those in the content.
impl Seek for NewContent {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        let in_file = match position {
            SeekFrom::Start(offset) => SeekFrom::Start(offset.saturating_add(HEAD as u64)),
            other => other,
        };
        let position = self.0.seek(in_file)?;
        position.checked_sub(HEAD as u64).ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(content: &[u8], key: &Key) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup");
        let file = File::options().read(true).write(true).create_new(true).open(&path).unwrap();
        let mut backup = begin(file, key).unwrap();
        backup.write_all(content).unwrap();
        backup.seek(SeekFrom::Start(0)).unwrap();
        backup.write_all(b"C").unwrap();
        authenticate(backup, key).unwrap();
        (folder, path)
    }

    fn read(path: &std::path::Path, key: &Key) -> Option<String> {
        let Head::Current(header) = Head::read(File::open(path).unwrap()).unwrap() else { return None };
        let mut text = String::new();
        open_authenticated(header, key).unwrap()?.read_to_string(&mut text).unwrap();
        Some(text)
    }

    #[test]
    fn every_changed_byte_and_every_other_key_is_detected() {
        let key = Key::new([7; 32]);
        let (_folder, path) = written(b"content of a backup", &key);
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
        for length in [0, 10, HEAD - 1, HEAD, original.len() - 1] {
            std::fs::write(&path, &original[..length]).unwrap();
            assert_eq!(read(&path, &key), None, "the first {length} bytes");
        }
        std::fs::write(&path, [&original[..], b"x"].concat()).unwrap();
        assert_eq!(read(&path, &key), None, "one byte more");
    }

    /// Somebody who can write the file waits until its code was verified.
    #[test]
    fn what_was_changed_since_its_code_was_verified_is_not_read() {
        let key = Key::new([7; 32]);
        let (_folder, path) = written(&vec![b'x'; 3 * BLOCK_BYTES], &key);
        let Head::Current(header) = Head::read(File::open(&path).unwrap()).unwrap() else { panic!("a backup") };
        let mut content = open_authenticated(header, &key).unwrap().unwrap();
        let mut bytes = [0; 2];
        content.seek(SeekFrom::End(-1)).unwrap();
        assert_eq!((content.read(&mut bytes).unwrap(), bytes[0]), (1, b'x'));
        let file = File::options().write(true).open(&path).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, b"y", (HEAD + BLOCK_BYTES + 5) as u64).unwrap();
        content.seek(SeekFrom::Start(BLOCK_BYTES as u64 - 1)).unwrap();
        assert_eq!((content.read(&mut bytes).unwrap(), bytes[0]), (1, b'x'), "of the first block");
        assert!(content.read(&mut bytes).unwrap_err().to_string().contains("was changed while it was read"));
    }
}
