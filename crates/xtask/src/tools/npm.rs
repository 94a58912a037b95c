//! Tools that come from npm, each in a folder of its own.

use super::require_npm;
use crate::problem::{Doing, Outcome};
use crate::{place, run};
use std::fs;
use std::path::PathBuf;
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
    let mut install = Command::new("npm");
    install.args(["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]);
    install.args(["--loglevel=error", "--prefix"]).arg(&incoming);
    install.arg(format!("{name}@{version}")).current_dir(&incoming);
    run::quiet(&format!("Fetch {name} {version}"), &mut install)?;
    let _ = fs::remove_dir_all(&home);
    fs::rename(&incoming, &home).doing(home.display())?;
    Ok(bin)
}
