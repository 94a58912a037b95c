//! Sends uploads as streams to a server in another process, and looks at what it holds.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use padlock_trials::Client;
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Process, prepared};

/// A demo, and Dana's session in it.
pub(super) struct Target {
    folder: TempDir,
    server: Process,
    dana: Client,
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
        let mut dana = Client::stranger(server.portal);
        let answer = dana.sign_in("dana@padlock.example", "correct horse battery staple").unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        Self { folder, server, dana }
    }

    /// Uploads what `write` writes.
    pub(super) fn upload(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> (u16, Value) {
        let path = "/apps/shop/packages?file_name=hostile.mda";
        let answer = self.dana.stream(path, "application/octet-stream", write).unwrap();
        (answer.status, answer.json())
    }

    /// The same in a form whose boundary is `xyz`. The server may hang up before it has heard everything, so that nobody
    /// hears its answer either.
    pub(super) fn upload_form(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<(u16, Value)> {
        let answer = self.dana.stream("/apps/shop/packages", "multipart/form-data; boundary=xyz", write)?;
        Ok((answer.status, answer.json()))
    }

    /// An upload of 4 MB of which 3 have been sent.
    pub(super) fn begin(&self) -> TcpStream {
        let request = self.dana.request("POST", "/apps/shop/packages").body("application/zip", &[b'x'; 4_000_000]);
        request.begin(self.server.portal, 3_000_000).unwrap()
    }

    /// The server after it was killed in whatever it did, and started again.
    pub(super) fn killed(self) -> Self {
        let Self { folder, server, mut dana } = self;
        server.signal("-KILL");
        assert_eq!(server.end().0, None);
        let server = Process::demo(folder.path());
        dana.to = server.portal;
        Self { folder, server, dana }
    }

    /// The files below the data folder, but for the database's, which grow as they like.
    pub(super) fn files(&self) -> BTreeSet<PathBuf> {
        let mut files = BTreeSet::new();
        collect(&self.folder.path().join("data"), &mut files);
        files
    }

    /// The most memory that the process ever had, in MiB.
    pub(super) fn peak_mib(&self) -> u64 {
        self.server.peak_mib()
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
