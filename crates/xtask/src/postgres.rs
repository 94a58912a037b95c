//! The PostgreSQL server of the tests.

use crate::{debian, terminal};
use anyhow::{Context, Result};
use fs_err as fs;
use padlock_test_postgres::{Programs, Server};
use std::io::Read;
use std::path::Path;

/// The variable in which tests find the address of the server.
pub(crate) const URL_VARIABLE: &str = "PADLOCK_TEST_POSTGRES";
/// Read by Debian's packages. Without it, installing PostgreSQL would start a server on port 5432.
const DEBIAN_CONFIG: &str = "/etc/postgresql-common/createcluster.conf";

/// Starts a server. Installs Debian's PostgreSQL if there is none and the process runs as root.
pub(crate) fn start() -> Result<Server> {
    let programs = find_or_install()?;
    terminal::step("Start PostgreSQL for the tests");
    Server::start(programs).context("PostgreSQL does not start")
}

/// Starts a server that writes every commit to the disk. Installs PostgreSQL as [`start`].
pub(crate) fn start_durable() -> Result<Server> {
    let programs = find_or_install()?;
    terminal::step("Start PostgreSQL");
    Server::start_durable(programs).context("PostgreSQL does not start")
}

/// Runs a server until the standard input ends or Ctrl-C.
pub(crate) fn run() -> Result<()> {
    let server = start()?;
    println!("export {URL_VARIABLE}='{}'", server.url());
    terminal::detail("Ctrl-C stops it.");
    let mut ignored = [0; 1024];
    while std::io::stdin().read(&mut ignored)? > 0 {}
    Ok(())
}

fn find_or_install() -> Result<Programs> {
    if let Some(programs) = Programs::find() {
        return Ok(programs);
    }
    if debian::can_install() {
        if !Path::new(DEBIAN_CONFIG).exists() {
            fs::create_dir_all("/etc/postgresql-common")?;
            fs::write(DEBIAN_CONFIG, "create_main_cluster = false\n")?;
        }
        debian::install("Install PostgreSQL", &["postgresql"])?;
    }
    Programs::find().context(
        "Tests need PostgreSQL 15 or later, which they run themselves. On Debian: apt-get install postgresql. \
         Elsewhere: put the folder of initdb on PATH.",
    )
}
