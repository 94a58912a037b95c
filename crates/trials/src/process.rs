//! A server in a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

/// A server in its own process; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: Option<JoinHandle<String>>,
    /// Where the portal listens.
    pub portal: SocketAddr,
    /// Where the environments listen.
    pub apps: SocketAddr,
    /// What it said on stdout until it was ready.
    pub said: String,
}

impl Process {
    /// Starts it and waits until it is ready.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn spawn(mut command: Command) -> Self {
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
        let (Some(portal), Some(apps)) = (port(&said, "The portal:"), port(&said, "Environments:")) else {
            // It may have, at an address that cannot be read.
            let _ = child.kill();
            let _ = child.wait();
            panic!("it did not start: {}", log.join().unwrap());
        };
        Self { child, portal, apps, said, log: Some(log) }
    }

    /// Its number among processes.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, as kill(1) writes it: `-TERM`.
    ///
    /// # Panics
    /// When it is gone.
    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Asks it to end, as a service manager does.
    ///
    /// # Panics
    /// When it does not.
    pub fn stop(self) -> (Option<i32>, String) {
        self.signal("-TERM");
        self.end()
    }

    /// Ends it at once, in whatever it does, and hands over its log.
    ///
    /// # Panics
    /// When it has ended before.
    pub fn kill(mut self) -> String {
        self.child.kill().unwrap();
        let (code, log) = self.end();
        assert_eq!(code, None, "it had ended by itself: {log}");
        log
    }

    /// Waits for its end, and hands over its log.
    ///
    /// # Panics
    /// When it does not end.
    pub fn end(mut self) -> (Option<i32>, String) {
        // Longer than it takes to let the slowest connection end.
        for _ in 0..6_000 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.code(), self.log.take().unwrap().join().unwrap());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not end");
    }

    /// The most memory that it ever had, in MiB (proc(5), `VmHWM`).
    ///
    /// # Panics
    /// When it is gone.
    #[must_use]
    pub fn peak_mib(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// The memory that it has, in MiB (proc(5), `VmRSS`).
    ///
    /// # Panics
    /// When it is gone.
    #[must_use]
    pub fn memory_mib(&self) -> u64 {
        self.status("VmRSS:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }
}

/// Where it listens, from the address that it names.
fn port(said: &str, what: &str) -> Option<SocketAddr> {
    let line = said.lines().find_map(|line| line.trim().strip_prefix(what))?;
    let port = line.trim().trim_end_matches('/').rsplit(':').next()?.parse::<u16>().ok()?;
    Some(SocketAddr::from(([127, 0, 0, 1], port)))
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
