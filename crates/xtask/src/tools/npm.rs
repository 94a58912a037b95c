//! Tools that come from npm, each in a folder of its own.

use super::require_npm;
use crate::problem::{Doing, Outcome};
use crate::{place, run};
use std::env::var_os;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder with the package's programs, after fetching it if need be.
pub(crate) fn installed(name: &str, version: &str) -> Outcome<PathBuf> {
    require_npm()?;
    let cache = place::tools()?;
    let home = cache.join(format!("{name}-{version}"));
    let bin = home.join("node_modules/.bin");
    if bin.is_dir() {
        return Ok(bin);
    }
    let incoming = cache.join(".incoming").join(format!("{name}-{version}"));
    fs::create_dir_all(&incoming).doing(incoming.display())?;
    let mut install = npm("install");
    install.args(["--no-save", "--no-package-lock", "--prefix"]).arg(&incoming);
    install.arg(format!("{name}@{version}")).current_dir(&incoming);
    run::quiet(&format!("Fetch {name} {version}"), &mut install)?;
    let _ = fs::remove_dir_all(&home);
    fs::rename(&incoming, &home).doing(home.display())?;
    Ok(bin)
}

/// An npm command that says little and trusts whom the machine trusts: Node.js
/// brings a list of its own and would refuse a company's authority.
pub(crate) fn npm(what: &str) -> Command {
    const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";
    let mut command = Command::new("npm");
    command.args([what, "--no-audit", "--no-fund", "--loglevel=error"]);
    if var_os("NODE_EXTRA_CA_CERTS").is_none() && Path::new(AUTHORITIES).is_file() {
        command.env("NODE_EXTRA_CA_CERTS", AUTHORITIES);
    }
    command
}

/// What a folder's lock file names, unless that was installed before.
pub(crate) fn packages(home: &Path, what: &str) -> Outcome {
    let lock = fs::read_to_string(home.join("package-lock.json")).doing("package-lock.json")?;
    let note = home.join("node_modules/.installed");
    if fs::read_to_string(&note).is_ok_and(|old| old == lock) {
        return Ok(());
    }
    let mut ci = npm("ci");
    ci.current_dir(home);
    // Debian's Chromium is used; nothing else is to be downloaded.
    ci.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run::quiet(what, &mut ci)?;
    fs::write(&note, lock).doing(note.display())
}
