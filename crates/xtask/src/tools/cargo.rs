//! Installs tools with `cargo install`.

use crate::{paths, process, terminal};
use anyhow::Result;
use fs_err as fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A crate with a program.
pub(crate) struct Tool<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    pub(crate) options: &'a [&'a str],
    /// How long it takes to compile, as it is printed.
    pub(crate) duration: &'a str,
}

impl Tool<'_> {
    /// Returns the name of the program, which is not always that of the crate.
    fn program(&self) -> &str {
        self.name.strip_suffix("-cli").unwrap_or(self.name)
    }

    /// Returns the folder of this version of the program on `PATH`, if there is one.
    fn find_on_path(&self) -> Option<PathBuf> {
        let file = paths::find_on_path(self.program())?;
        let version = process::output(Command::new(&file).arg("--version")).ok()?;
        let is_version = version.split_whitespace().any(|word| word == self.version);
        file.parent().filter(|_| is_version).map(Path::to_owned)
    }
}

/// Installs a tool unless it is installed, and returns the folder of its program.
pub(crate) fn install(tool: &Tool<'_>) -> Result<PathBuf> {
    let cache = paths::tools()?;
    let name = format!("{}-{}", tool.name, tool.version);
    let folder = cache.join(&name);
    let bin = folder.join("bin");
    if bin.join(tool.program()).is_file() {
        return Ok(bin);
    }
    if let Some(folder) = tool.find_on_path() {
        return Ok(folder);
    }
    let incoming = cache.join(".incoming").join(&name);
    let target = cache.join(".building").join(&name);
    fs::create_dir_all(&incoming)?;
    let step = format!("Compile {} {} ({}, once)", tool.name, tool.version, tool.duration);
    let locked = process::run_quietly(&step, install_command(tool, &incoming, &target).arg("--locked"));
    if locked.is_err() {
        terminal::detail("a registry may not have the versions in the lock file of the crate: try without it");
        process::run_quietly(&step, &mut install_command(tool, &incoming, &target))?;
    }
    let _ = fs::remove_dir_all(&folder);
    fs::rename(&incoming, &folder)?;
    let _ = fs::remove_dir_all(&target);
    Ok(bin)
}

fn install_command(tool: &Tool<'_>, root: &Path, target: &Path) -> Command {
    let mut command = process::cargo(["install", tool.name, "--version"]);
    // Without optimisation the tools compile in a third of the time, and they are fast enough here.
    command.arg(format!("={}", tool.version)).arg("--debug").args(tool.options);
    command.arg("--root").arg(root).arg("--target-dir").arg(target);
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
    command
}
