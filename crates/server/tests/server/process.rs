//! The binary, as it is run: the server in a process of its own, and commands beside it.

use std::ops::Deref;
use std::path::Path;
use std::process::{Command, Output};

use padlock_trials::{Client, Place, dist};
use tempfile::TempDir;

/// A folder with an app in it, for the server to be started in.
pub(crate) fn prepared() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    dist(&folder.path().join("dist"));
    folder
}

/// The binary in that folder.
pub(crate) fn place(folder: &Path) -> Place {
    Place::new(env!("CARGO_BIN_EXE_padlock-server").as_ref(), folder)
}

/// Whose everything is, in a demo and elsewhere.
pub(crate) const TESS: &str = "tess@padlock.example";
/// The demo's password.
pub(crate) const DEMO_PASSWORD: &str = "correct horse battery staple";

/// An installation that is no demo, with these apps of Tess's. The folder goes when the test is done with it.
pub(crate) fn furnished(apps: &[&str]) -> (TempDir, Place) {
    let folder = prepared();
    let place = place(folder.path());
    place.add_account(TESS);
    for app in apps {
        place.add_app(app, TESS);
    }
    (folder, place)
}

/// A demo that runs, and Tess's script in it.
pub(crate) struct Demo {
    pub(crate) server: padlock_trials::Process,
    pub(crate) tess: Client,
    pub(crate) place: Place,
    _folder: TempDir,
}

impl Demo {
    pub(crate) fn start(more: &[&str]) -> Self {
        let folder = prepared();
        let place = place(folder.path());
        let server = padlock_trials::Process::spawn(place.server(&[&["--demo"], more].concat()));
        let mut tess = Client::stranger(server.portal);
        let answer = tess.sign_in(TESS, DEMO_PASSWORD).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        Self { server, tess, place, _folder: folder }
    }

    /// The id of a package of the shop's.
    pub(crate) fn package(&self) -> String {
        self.tess.get("/apps/shop/packages").unwrap().json()["items"][0]["id"].as_str().unwrap().to_owned()
    }
}

/// The server, yet to be started.
pub(crate) fn command(folder: &Path) -> Command {
    place(folder).server(&[])
}

/// Runs a command of the operator's in that folder, with `input` on its standard input.
pub(crate) fn operate(folder: &Path, arguments: &[&str], input: &str) -> Output {
    place(folder).operate(arguments, input)
}

/// The same, for what has to work: what it said.
pub(crate) fn works(folder: &Path, arguments: &[&str], input: &str) -> String {
    place(folder).works(arguments, input)
}

/// A server of the binary's; stopped when dropped.
pub(crate) struct Process(padlock_trials::Process);

impl Process {
    pub(crate) fn demo(folder: &Path) -> Self {
        Self::start(folder, &["--demo"])
    }

    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        Self(padlock_trials::Process::spawn(place(folder).server(more)))
    }

    /// A demo whose files may have `mib` each: a disk that is full, for whoever writes more.
    pub(crate) fn demo_in_little_room(folder: &Path, mib: u32) -> Self {
        Self(place(folder).start_after(&Place::little_room(mib), &["--demo"]))
    }

    /// Asks it to end, as a service manager does.
    pub(crate) fn stop(self) -> (Option<i32>, String) {
        self.0.stop()
    }

    /// Waits for its end, and hands over its log.
    pub(crate) fn end(self) -> (Option<i32>, String) {
        self.0.end()
    }
}

impl Deref for Process {
    type Target = padlock_trials::Process;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
