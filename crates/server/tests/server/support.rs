//! Installations of the real server, and what else several tests need.

use std::io::{Cursor, Write};
use std::net::SocketAddr;
use std::process::Output;

use padlock_trials::{Client, Installation, Request, Response, ServerProcess};

const PROGRAM: &str = env!("CARGO_BIN_EXE_padlock-server");
pub(crate) const TESS: &str = "tess@padlock.example";
pub(crate) const DANA: &str = "dana@padlock.example";
pub(crate) const DEMO_PASSWORD: &str = "correct horse battery staple";

pub(crate) fn installation() -> Installation {
    Installation::new(PROGRAM.as_ref())
}

/// Returns an installation with apps whose Technical Contact is Tess.
pub(crate) fn installation_with_apps(apps: &[&str]) -> Installation {
    Installation::with_apps(PROGRAM.as_ref(), TESS, apps)
}

/// A running demo.
pub(crate) struct Demo {
    pub(crate) server: ServerProcess,
    /// Signed in as Tess.
    pub(crate) tess: Client,
    pub(crate) installation: Installation,
}

impl Demo {
    pub(crate) fn start(options: &[&str]) -> Self {
        let installation = installation();
        let server = installation.start_with(&[&["--demo"], options].concat());
        let tess = demo_client(&server, TESS);
        Self { server, tess, installation }
    }

    /// Returns the id of a package of the app "shop".
    pub(crate) fn package(&self) -> String {
        self.tess.get("/apps/shop/packages").unwrap().json()["items"][0]["id"].as_str().unwrap().to_owned()
    }
}

/// Signs in to a demo.
pub(crate) fn demo_client(server: &ServerProcess, login: &str) -> Client {
    let mut client = Client::anonymous(server.portal);
    let _ = client.sign_in(login, DEMO_PASSWORD).unwrap().expect(200);
    client
}

/// Returns the host name of the portal, with its port.
pub(crate) fn portal_host(server: &ServerProcess) -> String {
    format!("localhost:{}", server.portal.port())
}

/// Sends a `GET` request to the host name of the portal.
pub(crate) fn get_page(server: &ServerProcess, path: &str) -> Response {
    Request::new("GET", path).host(&portal_host(server)).send(server.portal).unwrap()
}

/// Returns the address of the listener for metrics.
pub(crate) fn metrics_address(server: &ServerProcess) -> SocketAddr {
    let url = server.startup_output.lines().find_map(|line| line.trim().strip_prefix("Metrics:")).unwrap();
    url.trim().strip_prefix("http://").unwrap().strip_suffix("/metrics").unwrap().parse().unwrap()
}

/// Asserts that a command ended with status 2 and one line on stderr that contains `message`.
#[track_caller]
pub(crate) fn assert_refused(output: &Output, message: &str) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{message}: {err}");
    assert_eq!(out, "", "{message}");
    assert_eq!(err.lines().count(), 1, "{message}: {err}");
    assert!(err.starts_with("padlock-server: ") && err.contains(message), "{message}: {err}");
}

/// Returns a zip archive with these files.
pub(crate) fn zip_archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
