//! Tools that come as crates, compiled once into the cache.

use super::on_path_already;
use crate::problem::{Doing, Outcome};
use crate::{place, run, say};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A crate with a program in it.
pub(crate) struct Tool<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    pub(crate) options: &'a [&'a str],
    pub(crate) takes: &'a str,
}

impl Tool<'_> {
    /// The crate is not always called like its program.
    fn program(&self) -> &str {
        self.name.strip_suffix("-cli").unwrap_or(self.name)
    }
}

/// The folder with the tool's programs, after compiling it if need be.
pub(crate) fn installed(tool: &Tool<'_>) -> Outcome<PathBuf> {
    let cache = place::tools()?;
    let folder = format!("{}-{}", tool.name, tool.version);
    let home = cache.join(&folder);
    let bin = home.join("bin");
    if bin.join(tool.program()).is_file() {
        return Ok(bin);
    }
    if on_path_already(tool.program(), tool.version)
        && let Some(Some(dir)) = place::on_path(tool.program()).map(|file| file.parent().map(Path::to_owned))
    {
        return Ok(dir);
    }
    let incoming = cache.join(".incoming").join(&folder);
    let building = cache.join(".building").join(&folder);
    fs::create_dir_all(&incoming).doing(incoming.display())?;
    let what = format!("Compile {} {} ({}, once)", tool.name, tool.version, tool.takes);
    // The lock file that a crate brings may name a version that its registry
    // no longer has; then the newest fitting ones do as well.
    let locked = run::quiet(&what, &mut install(tool, &incoming, &building, &["--locked"]));
    if locked.is_err() {
        say::detail("its own lock file does not resolve here; once more without it");
        run::quiet(&what, &mut install(tool, &incoming, &building, &[]))?;
    }
    let _ = fs::remove_dir_all(&home);
    fs::rename(&incoming, &home).doing(home.display())?;
    let _ = fs::remove_dir_all(&building);
    Ok(bin)
}

fn install(tool: &Tool<'_>, root: &Path, building: &Path, more: &[&str]) -> Command {
    let mut command = run::cargo(["install", tool.name, "--version"]);
    // Unoptimised tools are ready in a third of the time and just as good here.
    command.arg(format!("={}", tool.version)).arg("--debug").args(tool.options).args(more);
    command.arg("--root").arg(root).arg("--target-dir").arg(building);
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
    command
}
