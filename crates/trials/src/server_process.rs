//! A server that runs in a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

/// A running server. Dropping it kills the process.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    log: Option<JoinHandle<String>>,
    /// The address of the portal.
    pub portal: SocketAddr,
    /// The address of the environments.
    pub environments: SocketAddr,
    /// The standard output until the server was ready.
    pub startup_output: String,
}

impl ServerProcess {
    /// Starts the server and waits until it is ready.
    #[must_use]
    pub fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let startup_output = lines
            .by_ref()
            .take_while(|line| !line.starts_with("Ctrl-C"))
            .fold(String::new(), |all, line| all + &line + "\n");
        // Both pipes are read to their end, so that the server never writes into a closed or full one.
        std::thread::spawn(move || lines.for_each(drop));
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            stderr.read_to_string(&mut log).map(|_| log).unwrap_or_default()
        });
        let address = |label| listen_address(&startup_output, label);
        let (Some(portal), Some(environments)) = (address("The portal:"), address("Environments:")) else {
            // The process may be running although its output has no addresses.
            let _ = child.kill();
            let _ = child.wait();
            panic!("the server did not start: {}", log.join().unwrap());
        };
        Self { child, portal, environments, startup_output, log: Some(log) }
    }

    /// Returns the process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, written as for kill(1): `-TERM`.
    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Sends SIGTERM, asserts that the server exits with status 0, and returns the log.
    pub fn stop(self) -> String {
        self.signal("-TERM");
        let (code, log) = self.wait();
        assert_eq!(code, Some(0), "{log}");
        log
    }

    /// Kills the process, asserts that it was still running, and returns the log.
    pub fn kill(mut self) -> String {
        self.child.kill().unwrap();
        let (code, log) = self.wait();
        assert_eq!(code, None, "the server exited by itself: {log}");
        log
    }

    /// Waits up to a minute for the exit, and returns the exit code, if any, and the log.
    pub fn wait(mut self) -> (Option<i32>, String) {
        for _ in 0..6_000 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.code(), self.log.take().unwrap().join().unwrap());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server does not exit");
    }

    /// Returns the peak resident memory in MiB (proc(5), `VmHWM`).
    #[must_use]
    pub fn peak_memory_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    /// Asserts that the peak memory is at most `more` MiB above `idle`.
    #[track_caller]
    pub fn assert_peak_memory(&self, idle: u64, more: u64) {
        let peak = self.peak_memory_mib();
        println!("peak memory {peak} MiB, idle {idle} MiB");
        assert!(peak <= idle + more, "peak memory {peak} MiB, idle {idle} MiB");
    }
}

/// Reads the port from a line such as `The portal: http://localhost:8080/`.
fn listen_address(output: &str, label: &str) -> Option<SocketAddr> {
    let line = output.lines().find_map(|line| line.trim().strip_prefix(label))?;
    let port = line.trim().trim_end_matches('/').rsplit(':').next()?.parse::<u16>().ok()?;
    Some(SocketAddr::from(([127, 0, 0, 1], port)))
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
