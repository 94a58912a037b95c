//! Installs packages of Debian.

use crate::process;
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// Installs packages, if this is Debian and the process runs as root. Otherwise it does nothing.
pub(crate) fn install(step: &str, packages: &[&str]) -> Result<()> {
    if !can_install() {
        return Ok(());
    }
    apt_get("Update Debian's list of packages", &["update", "--quiet"])?;
    // Keeps the configuration files that exist.
    let install =
        ["install", "--yes", "--quiet", "--no-install-recommends", "--option=Dpkg::Options::=--force-confold"];
    apt_get(step, &[&install[..], packages].concat())
}

/// Returns whether packages can be installed.
pub(crate) fn can_install() -> bool {
    Path::new("/etc/debian_version").is_file() && is_root()
}

fn apt_get(step: &str, args: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    process::run_quietly(step, command.args(args).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
