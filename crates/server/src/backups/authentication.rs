//! The head of a backup: its format, the id of a key, and a code (HMAC-SHA-256, RFC 2104) over everything else, by a key that
//! is derived from that key (HKDF, RFC 5869). It is verified before anything else is read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use data_encoding::HEXLOWER;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use padlock_api::keyring::Key;
use sha2::Sha256;

const FORMAT: &str = "padlock-backup 2\n";
const KEY_ID_LENGTH: usize = 8;
const CODE_BYTES: usize = 32;
/// What the code covers: the format and the line with the id of the key.
const COVERED_HEAD: usize = FORMAT.len() + "key \n".len() + KEY_ID_LENGTH;
const HEAD: usize = COVERED_HEAD + "mac \n".len() + 2 * CODE_BYTES;
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

/// The content of a backup: what follows its head.
#[derive(Debug)]
pub(crate) struct Authenticated(File);

impl Header {
    /// Reads the head. Returns the file itself if it has another format.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
    pub(crate) fn read(mut file: File) -> io::Result<Result<Self, File>> {
        let mut head = Vec::new();
        Read::by_ref(&mut file).take(HEAD as u64).read_to_end(&mut head)?;
        Ok(match parse(&head) {
            Some((key_id, covered, code)) => Ok(Self { file, key_id, covered, code }),
            None => {
                file.seek(SeekFrom::Start(0))?;
                Err(file)
            }
        })
    }
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

fn add_content(code: &mut Hmac<Sha256>, content: &mut File) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 20];
    loop {
        match content.read(&mut buffer)? {
            0 => return Ok(()),
            count => code.update(buffer.get(..count).unwrap_or_default()),
        }
    }
}

/// Begins a backup: writes a head without its code. [`authenticate`] completes it.
///
/// # Errors
/// Returns an error if the file cannot be written.
pub(crate) fn begin(mut file: File, key: &Key) -> io::Result<Authenticated> {
    file.write_all(covered_head(key).as_bytes())?;
    writeln!(file, "mac {}", "0".repeat(2 * CODE_BYTES))?;
    Ok(Authenticated(file))
}

/// Writes the code of a backup whose content is complete, and flushes the file to disk.
///
/// # Errors
/// Returns an error if the file cannot be read or written.
pub(crate) fn authenticate(content: Authenticated, key: &Key) -> io::Result<()> {
    let mut file = content.0;
    let mut code = new_code(key)?;
    code.update(covered_head(key).as_bytes());
    file.seek(SeekFrom::Start(HEAD as u64))?;
    add_content(&mut code, &mut file)?;
    file.seek(SeekFrom::Start(COVERED_HEAD as u64))?;
    write!(file, "mac {}", HEXLOWER.encode(&code.finalize().into_bytes()))?;
    file.sync_all()
}

/// Verifies the code of a backup, and returns its content if it is right.
///
/// # Errors
/// Returns an error if the file cannot be read.
pub(crate) fn open_authenticated(header: Header, key: &Key) -> io::Result<Option<Authenticated>> {
    let Header { mut file, covered, code: expected, .. } = header;
    let mut code = new_code(key)?;
    code.update(&covered);
    add_content(&mut code, &mut file)?;
    if code.verify_slice(&expected).is_err() {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(HEAD as u64))?;
    Ok(Some(Authenticated(file)))
}

impl Read for Authenticated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Authenticated {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Positions are those in the content.
impl Seek for Authenticated {
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
        let header = Header::read(File::open(path).unwrap()).unwrap().ok()?;
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
}
