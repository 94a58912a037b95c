//! An installation of the server in a temporary folder.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::client::PASSWORD;
use crate::server_process::ServerProcess;

/// The program of the server, and a temporary folder with an SPA for it to serve.
#[derive(Debug)]
pub struct Installation {
    program: PathBuf,
    folder: TempDir,
    /// The address of a database outside of the data folder.
    database_url: Option<String>,
}

impl Installation {
    /// The options of [`Installation::start`]. No mail server is configured, so a first enrolment must require the password
    /// only.
    pub const DEFAULT_OPTIONS: &[&str] = &["--first-binding", "password"];

    /// Creates the folder, without accounts.
    #[must_use]
    pub fn new(program: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("dist");
        std::fs::create_dir_all(dist.join("assets")).unwrap();
        for (name, content) in [
            ("index.html", "<!doctype html><title>Padlock</title>"),
            ("assets/app-0123abcd.js", "plain"),
            ("assets/app-0123abcd.js.br", "packed"),
            ("icon.svg", "<svg/>"),
        ] {
            std::fs::write(dist.join(name), content).unwrap();
        }
        Self { program: program.to_owned(), folder, database_url: None }
    }

    /// Uses the database at this address for every command from now on, or the one in the data folder.
    pub fn use_database(&mut self, url: Option<&str>) {
        self.database_url = url.map(str::to_owned);
    }

    /// Creates an installation with an account and apps whose Technical Contact it is.
    #[must_use]
    pub fn with_apps(program: &Path, login: &str, apps: &[&str]) -> Self {
        let installation = Self::new(program);
        installation.add_account(login);
        for app in apps {
            installation.add_app(app, login);
        }
        installation
    }

    /// Returns the working directory of the server.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// Returns the path of the database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data().join("padlock.db")
    }

    /// Returns the command `padlock-server` with these arguments.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(self.folder()).env_clear().args(arguments);
        // A variable, since servers of earlier versions know no such option.
        command.env("PADLOCK_UPLOADS_PER_HOUR", "100000");
        command.envs(self.database_url.iter().map(|url| ("PADLOCK_DATABASE", url)));
        command
    }

    /// Returns the command `padlock-server serve`, with listeners on free ports.
    #[must_use]
    pub fn serve_command(&self, options: &[&str]) -> Command {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0", "--apps-listen", "127.0.0.1:0"]);
        command.args(options);
        command
    }

    /// Starts the server with the option `--first-binding password`.
    #[must_use]
    pub fn start(&self) -> ServerProcess {
        self.start_with(Self::DEFAULT_OPTIONS)
    }

    /// Starts the server with these options.
    #[must_use]
    pub fn start_with(&self, options: &[&str]) -> ServerProcess {
        ServerProcess::spawn(self.serve_command(options))
    }

    /// Starts the server so that none of its files can grow beyond `mib` MiB: a write that exceeds the limit fails like one
    /// to a full disk.
    #[must_use]
    pub fn start_with_file_size_limit(&self, mib: u32, options: &[&str]) -> ServerProcess {
        // The unit of ulimit is 512 bytes, or 1024 in some shells. Without the trap the signal would end the server.
        let script = format!("trap '' XFSZ; ulimit -f {}", mib * 2048);
        ServerProcess::spawn(self.serve_after(&script, options, &["sh"]))
    }

    /// Starts the server with [`Self::start`]'s options, an account and an app, on a file system of `mib` MiB that exists
    /// for this process only. Also returns the path under which other processes see the data folder. Returns `None` if
    /// the operating system does not allow the current user to create such a file system.
    #[must_use]
    pub fn start_on_small_disk(&self, mib: u32, login: &str, app: &str) -> Option<(ServerProcess, PathBuf)> {
        const UNSHARE: &[&str] = &["unshare", "--map-root-user", "--mount"];
        let mut probe = Command::new(UNSHARE[0]);
        probe.args(&UNSHARE[1..]).args(["mount", "-t", "tmpfs", "none", "/mnt"]);
        if !probe.status().is_ok_and(|status| status.success()) {
            return None;
        }
        let script = format!(
            "set -e; mkdir data; mount -t tmpfs -o size={mib}m none data
            echo '{PASSWORD}' | \"$0\" account add {login} --name {login} >&2
            \"$0\" app add {app} --technical-contact {login} >&2"
        );
        let server =
            ServerProcess::spawn(self.serve_after(&script, Self::DEFAULT_OPTIONS, &[UNSHARE, &["sh"]].concat()));
        let data = PathBuf::from(format!("/proc/{}/root{}", server.id(), self.data().display()));
        Some((server, data))
    }

    /// Returns a command that runs a shell script and then replaces the shell with the server.
    fn serve_after(&self, script: &str, options: &[&str], shell: &[&str]) -> Command {
        let server = self.serve_command(options);
        let mut command = Command::new(shell[0]);
        command.current_dir(self.folder()).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").args(&shell[1..]);
        command.envs(server.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.args(["-c", &format!("{script}\nexec \"$0\" \"$@\"")]);
        command.arg(server.get_program()).args(server.get_args());
        command
    }

    /// Runs an operator's command with `input` on its standard input.
    pub fn output(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The command may exit before it reads its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Runs an operator's command that must succeed, and returns its standard output.
    pub fn run(&self, arguments: &[&str], input: &str) -> String {
        let output = self.output(arguments, input);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {out}{err}");
        out.into_owned()
    }

    /// Adds an account with [`PASSWORD`].
    pub fn add_account(&self, login: &str) {
        self.run(&["account", "add", login, "--name", login], &format!("{PASSWORD}\n"));
    }

    /// Adds an app with this Technical Contact.
    pub fn add_app(&self, slug: &str, technical_contact: &str) {
        self.run(&["app", "add", slug, "--technical-contact", technical_contact], "");
    }
}
