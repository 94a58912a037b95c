//! Runs PostgreSQL servers for tests, each in a temporary folder, on a free port of the loopback interface. They end with the
//! process that started them.

mod programs;

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

pub use programs::Programs;

/// How often it is looked whether a server accepts connections, and how many times.
const READY_INTERVAL: Duration = Duration::from_millis(50);
const READY_ATTEMPTS: u32 = 1_200;
/// The superuser of the server, and the name of its database.
const NAME: &str = "postgres";
/// Faster, but a crash of the machine may damage the data.
const FAST_SETTINGS: &[&str] = &["fsync=off", "full_page_writes=off"];
const SETTINGS: &[&str] = &["max_connections=200", "unix_socket_directories=", "listen_addresses=127.0.0.1"];

/// A PostgreSQL server. Dropping it stops the server and removes its data.
#[derive(Debug)]
pub struct Server {
    programs: Programs,
    folder: TempDir,
    port: u16,
    password: String,
    is_durable: bool,
    process: Option<Child>,
}

impl Server {
    /// Creates a database cluster and starts a server on it, which does not wait for the disk.
    ///
    /// # Errors
    /// Returns an error if a program fails or the server does not answer in time.
    pub fn start(programs: Programs) -> io::Result<Self> {
        Self::start_with(programs, false)
    }

    /// Creates a database cluster and starts a server on it, which writes every commit to the disk, as a real one does.
    ///
    /// # Errors
    /// Returns an error if a program fails or the server does not answer in time.
    pub fn start_durable(programs: Programs) -> io::Result<Self> {
        Self::start_with(programs, true)
    }

    fn start_with(programs: Programs, is_durable: bool) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("padlock-postgres-").tempdir()?;
        let password: String = (0..24).map(|_| fastrand::alphanumeric()).collect();
        let mut server = Self { programs, folder, port: free_port()?, password, is_durable, process: None };
        server.create_cluster()?;
        server.start_process()?;
        Ok(server)
    }

    /// Returns the address of the database, with the superuser and its password.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://{NAME}:{}@127.0.0.1:{}/{NAME}", self.password, self.port)
    }

    /// Stops the server and breaks its connections. A server that is stopped already stays so.
    ///
    /// # Errors
    /// Returns an error if the server does not stop.
    pub fn stop(&mut self) -> io::Result<()> {
        self.end("fast")
    }

    /// Ends the server as a crash of it would.
    ///
    /// # Errors
    /// Returns an error if the server does not stop.
    pub fn crash(&mut self) -> io::Result<()> {
        self.end("immediate")
    }

    /// Starts the server again.
    ///
    /// # Errors
    /// Returns an error if the server does not answer in time.
    pub fn start_again(&mut self) -> io::Result<()> {
        if self.process.is_some() { Ok(()) } else { self.start_process() }
    }

    fn end(&mut self, mode: &str) -> io::Result<()> {
        let Some(mut process) = self.process.take() else { return Ok(()) };
        let mut command = self.programs.command("pg_ctl");
        if run(command.args(["stop", "--wait", "--mode", mode, "-D"]).arg(self.data())).is_err() {
            process.kill()?;
        }
        process.wait().map(drop)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn create_cluster(&self) -> io::Result<()> {
        let password_file = self.folder.path().join("password");
        fs::write(&password_file, &self.password)?;
        self.programs.give(self.folder.path())?;
        self.programs.give(&password_file)?;
        // The order of text in this locale is not that of its bytes, on which the portal relies.
        run(self
            .programs
            .command("initdb")
            .args(["--auth=password", "--encoding=UTF8", "--locale=C.UTF-8"])
            .args(["--locale-provider=icu", "--icu-locale=en-US", "--no-sync", "--username", NAME])
            .arg("--pwfile")
            .arg(&password_file)
            .arg("--pgdata")
            .arg(self.data()))
    }

    fn start_process(&mut self) -> io::Result<()> {
        let mut command = self.programs.command_that_ends_with_this_process("postgres");
        command.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string());
        let fast = if self.is_durable { &[] } else { FAST_SETTINGS };
        for setting in SETTINGS.iter().chain(fast) {
            command.args(["-c", setting]);
        }
        let log = fs::File::options().create(true).append(true).open(self.log())?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut process = command.spawn()?;
        for _ in 0..READY_ATTEMPTS {
            if process.try_wait()?.is_some() {
                break;
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() && self.is_ready()? {
                self.process = Some(process);
                return Ok(());
            }
            std::thread::sleep(READY_INTERVAL);
        }
        let _ = process.kill();
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        Err(io::Error::other(format!("PostgreSQL does not start: {log}")))
    }

    fn is_ready(&self) -> io::Result<bool> {
        let mut command = self.programs.command("pg_isready");
        command.args(["--quiet", "--host=127.0.0.1", "--port"]).arg(self.port.to_string());
        Ok(command.status()?.success())
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.crash();
    }
}

/// Returns a port on which nothing listens now.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Runs a program to its end. Its output becomes part of the error.
fn run(command: &mut Command) -> io::Result<()> {
    let name = Path::new(command.get_program()).display().to_string();
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("{name} failed: {}", text.trim())))
}
