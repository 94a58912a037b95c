//! Installs npm packages: tools in the cache, and the packages of a folder's lock file.

use super::cache;
use crate::{paths, process};
use anyhow::{Result, bail};
use fs_err as fs;
use std::env::var_os;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Fails unless Node.js and npm, which xtask cannot install, are on `PATH`.
pub(crate) fn require() -> Result<()> {
    if paths::find_on_path("npm").is_some() && paths::find_on_path("node").is_some() {
        return Ok(());
    }
    bail!("node and npm are missing: install Node.js 20 or newer (on Debian: apt-get install nodejs npm)")
}

/// Installs a tool unless it is installed, and returns the folder of its programs.
pub(crate) fn install(name: &str, version: &str) -> Result<PathBuf> {
    require()?;
    let cache = paths::tools()?;
    let folder = format!("{name}-{version}");
    let bin = cache.join(&folder).join("node_modules/.bin");
    if !bin.is_dir() {
        cache::fill(&cache, &folder, |incoming| {
            let mut install = npm("install");
            install.args(["--no-save", "--no-package-lock", "--prefix"]).arg(incoming);
            install.arg(format!("{name}@{version}")).current_dir(incoming);
            process::run_quietly(&format!("Install {name} {version}"), &mut install)
        })?;
    }
    Ok(bin)
}

/// Installs the packages that a folder's lock file names, unless they are installed.
pub(crate) fn install_packages(folder: &Path, step: &str) -> Result<()> {
    let lock = fs::read_to_string(folder.join("package-lock.json"))?;
    let record = folder.join("node_modules/.installed");
    if fs::read_to_string(&record).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut ci = npm("ci");
    ci.current_dir(folder);
    // The journeys use Debian's Chromium.
    ci.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run_quietly(step, &mut ci)?;
    Ok(fs::write(record, lock)?)
}

/// Returns an npm command that trusts the certificate authorities of the machine. Node.js trusts its own list only,
/// which lacks the authority of a company's proxy.
fn npm(subcommand: &str) -> Command {
    const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";
    let mut command = Command::new("npm");
    command.args([subcommand, "--no-audit", "--no-fund", "--loglevel=error"]);
    if var_os("NODE_EXTRA_CA_CERTS").is_none() && Path::new(AUTHORITIES).is_file() {
        command.env("NODE_EXTRA_CA_CERTS", AUTHORITIES);
    }
    command
}
