//! Sends uploads as streams to a server in another process, and looks at what it holds.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Process, prepared};

const PIECE: usize = 64 * 1024;

/// A demo, and Dana's session in it.
pub(super) struct Target {
    folder: TempDir,
    server: Process,
    token: String,
}

impl Target {
    pub(super) fn new() -> Self {
        let folder = prepared();
        let server = Process::demo(folder.path());
        Self::signed_in(folder, server)
    }

    /// The same where no file may be larger than this.
    pub(super) fn in_little_room(mib: u32) -> Self {
        let folder = prepared();
        let server = Process::demo_in_little_room(folder.path(), mib);
        Self::signed_in(folder, server)
    }

    fn signed_in(folder: TempDir, server: Process) -> Self {
        let mut target = Self { folder, server, token: String::new() };
        let form = r#"{"login":"dana@padlock.example","password":"correct horse battery staple","token":true}"#;
        let (status, answer) = target.post("sign-in", "application/json", |out| out.write_all(form.as_bytes()));
        assert_eq!(status, 200, "{answer}");
        target.token = answer["session_token"].as_str().unwrap().to_owned();
        target
    }

    /// Uploads what `write` writes.
    pub(super) fn upload(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> (u16, Value) {
        self.post("apps/shop/packages?file_name=hostile.mda", "application/octet-stream", write)
    }

    /// The same in a form whose boundary is `xyz`.
    pub(super) fn upload_form(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> (u16, Value) {
        self.post("apps/shop/packages", "multipart/form-data; boundary=xyz", write)
    }

    fn post(&self, path: &str, media_type: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> (u16, Value) {
        let mut stream = self.begin(path, media_type, "Transfer-Encoding: chunked");
        let mut body = BufWriter::with_capacity(PIECE, Chunked(&stream));
        // The server may answer, and hang up, before everything is sent.
        let sent = write(&mut body).and_then(|()| body.flush());
        drop(body);
        let _ = sent.and_then(|()| stream.write_all(b"0\r\n\r\n"));
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
        let body = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"));
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body)
    }

    /// A request whose body is yet to come.
    pub(super) fn begin(&self, path: &str, media_type: &str, more: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.server.portal).unwrap();
        let authorization = match self.token.as_str() {
            "" => String::new(),
            token => format!("Authorization: Bearer {token}\r\n"),
        };
        write!(
            stream,
            "POST /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: {media_type}\r\n\
             {authorization}{more}\r\n\r\n"
        )
        .unwrap();
        stream
    }

    /// The server after it was killed in whatever it did, and started again.
    pub(super) fn killed(self) -> Self {
        let Self { folder, server, token } = self;
        server.signal("-KILL");
        assert_eq!(server.end().0, None);
        let server = Process::demo(folder.path());
        Self { folder, server, token }
    }

    /// The files below the data folder, but for the database's, which grow as they like.
    pub(super) fn files(&self) -> BTreeSet<PathBuf> {
        let mut files = BTreeSet::new();
        collect(&self.folder.path().join("data"), &mut files);
        files
    }

    /// The most memory that the process ever had, in MiB (proc(5), `VmHWM`).
    pub(super) fn peak_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }
}

fn collect(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if !path.file_name().unwrap().to_str().unwrap().starts_with("padlock.db") {
            files.insert(path);
        }
    }
}

/// Each write is a chunk (RFC 9112 §7.1).
struct Chunked<'a>(&'a TcpStream);

impl Write for Chunked<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write!(self.0, "{:x}\r\n", bytes.len())?;
        self.0.write_all(bytes)?;
        self.0.write_all(b"\r\n")?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
