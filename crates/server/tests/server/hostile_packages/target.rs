//! The server to which hostile packages are uploaded.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use padlock_trials::{Client, Installation, Response, ServerProcess};

use crate::support::{DANA, demo_client, installation};

/// A running demo in which Dana is signed in.
pub(super) struct Target {
    installation: Installation,
    pub(super) server: ServerProcess,
    dana: Client,
}

impl Target {
    pub(super) fn new() -> Self {
        Self::start(|installation| installation.start_with(&["--demo"]))
    }

    pub(super) fn with_file_size_limit(mib: u32) -> Self {
        Self::start(|installation| installation.start_with_file_size_limit(mib, &["--demo"]))
    }

    fn start(start: impl FnOnce(&Installation) -> ServerProcess) -> Self {
        let installation = installation();
        let server = start(&installation);
        let dana = demo_client(&server, DANA);
        Self { installation, server, dana }
    }

    /// Uploads what `write` produces.
    pub(super) fn upload(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Response {
        let path = "/apps/shop/packages?file_name=hostile.mda";
        self.dana.post_stream(path, "application/octet-stream", write).unwrap()
    }

    /// Uploads a form with the boundary `xyz`. There is no response if the server closes the connection too early.
    pub(super) fn upload_form(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Response> {
        self.dana.post_stream("/apps/shop/packages", "multipart/form-data; boundary=xyz", write)
    }

    /// Sends 3 MB of an upload of 4 MB.
    pub(super) fn begin_upload(&self) -> TcpStream {
        let request = self.dana.request("POST", "/apps/shop/packages").body("application/zip", &[b'x'; 4_000_000]);
        request.send_part(self.server.portal, 3_000_000).unwrap()
    }

    /// Kills the server and starts it again.
    pub(super) fn kill_and_restart(self) -> Self {
        let Self { installation, server, mut dana } = self;
        server.kill();
        let server = installation.start_with(&["--demo"]);
        dana.portal = server.portal;
        Self { installation, server, dana }
    }

    /// Returns the files in the data folder except those of the database.
    pub(super) fn files(&self) -> BTreeSet<PathBuf> {
        let mut files = BTreeSet::new();
        collect_files(&self.installation.data(), &mut files);
        files
    }
}

fn collect_files(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_files(&path, files);
        } else if !path.file_name().unwrap().to_str().unwrap().starts_with("padlock.db") {
            files.insert(path);
        }
    }
}
