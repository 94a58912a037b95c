//! The binary, as it is run: the server in a process of its own, and commands beside it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use tempfile::TempDir;

use crate::portal::dist;

/// A folder with an app in it, for the server to be started in.
pub(crate) fn prepared() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    dist(&folder.path().join("dist"));
    folder
}

/// The server, yet to be started.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_padlock-server"));
    command.current_dir(folder).env_clear().args(["serve", "--listen", "127.0.0.1:0", "--apps-listen", "127.0.0.1:0"]);
    command
}

/// Runs a command of the operator's in that folder, with `input` on its standard input.
pub(crate) fn operate(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_padlock-server"));
    command.current_dir(folder).env_clear().args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may refuse before it reads.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// The same, for what has to work: what it said.
pub(crate) fn works(folder: &Path, arguments: &[&str], input: &str) -> String {
    let output = operate(folder, arguments, input);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {err}");
    String::from_utf8(output.stdout).unwrap()
}

/// A server in its own process; stopped when dropped.
pub(crate) struct Process {
    child: Child,
    log: Option<JoinHandle<String>>,
    /// Where the portal listens.
    pub(crate) portal: SocketAddr,
    /// What it said on stdout until it was ready.
    pub(crate) said: String,
}

impl Process {
    pub(crate) fn demo(folder: &Path) -> Self {
        Self::start(folder, &["--demo"])
    }

    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        let mut command = command(folder);
        command.args(more);
        Self::spawn(command)
    }

    /// A demo whose files may have `mib` each: a disk that is full, for whoever writes more.
    pub(crate) fn demo_in_little_room(folder: &Path, mib: u32) -> Self {
        let server = command(folder);
        let mut shell = Command::new("sh");
        // The signal is ignored, so that the write fails as it does on a full disk. The unit is 512 bytes, or 1 024 in some shells.
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", mib * 2048);
        shell.current_dir(folder).env_clear().args(["-c", &script]).arg(server.get_program());
        shell.args(server.get_args()).arg("--demo");
        Self::spawn(shell)
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let said = lines
            .by_ref()
            .take_while(|line| !line.starts_with("Ctrl-C"))
            .fold(String::new(), |all, line| all + &line + "\n");
        // The pipes are read to their end, so that nothing is ever written into a closed one, or a full one.
        std::thread::spawn(move || lines.for_each(drop));
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            stderr.read_to_string(&mut log).map(|_| log).unwrap_or_default()
        });
        let port = said
            .lines()
            .find_map(|line| line.trim().strip_prefix("The portal:"))
            .map(|url| url.trim().rsplit(':').next().unwrap().parse().unwrap());
        let Some(port) = port else {
            let _ = child.wait();
            panic!("it did not start: {}", log.join().unwrap());
        };
        Self { child, portal: SocketAddr::from(([127, 0, 0, 1], port)), said, log: Some(log) }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Asks it to end, as a service manager does.
    pub(crate) fn stop(self) -> (Option<i32>, String) {
        self.signal("-TERM");
        self.end()
    }

    /// Waits for its end, and hands over its log.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        for _ in 0..1_000 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.code(), self.log.take().unwrap().join().unwrap());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not end");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
