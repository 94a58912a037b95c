//! Where a server runs: a program, and a folder with an app in it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::process::Process;

/// Everybody's password, where accounts are made.
pub const PASSWORD: &str = "a fine long sentence";

/// A program, and the folder that it works in.
#[derive(Debug, Clone)]
pub struct Place {
    program: PathBuf,
    folder: PathBuf,
}

impl Place {
    /// Nothing is made or started yet.
    #[must_use]
    pub fn new(program: &Path, folder: &Path) -> Self {
        Self { program: program.to_owned(), folder: folder.to_owned() }
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The database's file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data().join("padlock.db")
    }

    /// The server, yet to be started.
    #[must_use]
    pub fn server(&self, more: &[&str]) -> Command {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0", "--apps-listen", "127.0.0.1:0"]);
        command.args(more);
        command
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder).env_clear().args(arguments);
        command
    }

    /// Starts a server for real installations. A first enrolment takes the password alone, since no mail goes anywhere.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(&self) -> Process {
        Process::spawn(self.server(&["--first-binding", "password"]))
    }

    /// The same with this run by a shell first, which becomes the server.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_after(&self, script: &str, more: &[&str]) -> Process {
        Process::spawn(self.after(script, more, &["sh"]))
    }

    /// Starts it with an account, an app of this slug, and a data folder that is a disk of `mib` MiB of its own, gone with
    /// it; says where others see that folder. None where the system lets nobody make such a disk.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_on_small_disk(&self, mib: u32, login: &str, app: &str) -> Option<(Process, PathBuf)> {
        const APART: &[&str] = &["unshare", "--map-root-user", "--mount"];
        let mut test = Command::new(APART[0]);
        if !test.args(&APART[1..]).args(["mount", "-t", "tmpfs", "none", "/mnt"]).status().is_ok_and(|s| s.success()) {
            return None;
        }
        let script = format!(
            "set -e; mkdir data; mount -t tmpfs -o size={mib}m none data
            echo '{PASSWORD}' | \"$0\" account add {login} --name {login} >&2
            \"$0\" app add {app} --technical-contact {login} >&2"
        );
        let server = self.after(&script, &["--first-binding", "password"], &[APART, &["sh"]].concat());
        let server = Process::spawn(server);
        let seen = PathBuf::from(format!("/proc/{}/root{}", server.id(), self.data().display()));
        Some((server, seen))
    }

    fn after(&self, script: &str, more: &[&str], shell: &[&str]) -> Command {
        let server = self.server(more);
        let mut command = Command::new(shell[0]);
        command.current_dir(&self.folder).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").args(&shell[1..]);
        command.args(["-c", &format!("{script}\nexec \"$0\" \"$@\"")]);
        command.arg(server.get_program()).args(server.get_args());
        command
    }

    /// What keeps each file of the server below so many MiB: a disk that is full, for whoever writes more. The signal is
    /// ignored, so that the write fails as it does on a full disk.
    #[must_use]
    pub fn little_room(mib: u32) -> String {
        // The unit is 512 bytes, or 1 024 in some shells.
        format!("trap '' XFSZ; ulimit -f {}", mib * 2048)
    }

    /// Runs a command of the operator's, with `input` on its standard input.
    ///
    /// # Panics
    /// When there is no such program.
    pub fn operate(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // It may refuse before it reads.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// The same, for what has to work: what it said.
    ///
    /// # Panics
    /// When it does not.
    pub fn works(&self, arguments: &[&str], input: &str) -> String {
        let output = self.operate(arguments, input);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {out}{err}");
        out.into_owned()
    }

    /// Makes an account that [`PASSWORD`] opens.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn add_account(&self, login: &str) {
        self.works(&["account", "add", login, "--name", login], &format!("{PASSWORD}\n"));
    }

    /// Makes an app of this person's.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn add_app(&self, slug: &str, technical_contact: &str) {
        self.works(&["app", "add", slug, "--technical-contact", technical_contact], "");
    }
}

/// Lays down what a build of the app leaves, as far as a server can tell.
///
/// # Panics
/// When it cannot be written.
pub fn dist(folder: &Path) {
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    std::fs::write(folder.join("index.html"), "<!doctype html><title>Padlock</title>").unwrap();
    std::fs::write(folder.join("assets/app-0123abcd.js"), "plain").unwrap();
    std::fs::write(folder.join("assets/app-0123abcd.js.br"), "packed").unwrap();
    std::fs::write(folder.join("icon.svg"), "<svg/>").unwrap();
}
