//! Installs tools with `cargo install`.

use crate::{paths, process};
use anyhow::Result;
use fs_err as fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A crate with a program.
pub(crate) struct Tool<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    /// Whether its lock file can be used: a registry that is a mirror may lack a version in it.
    pub(crate) locked: bool,
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

/// Installs tools unless they are installed, and returns the folders of their programs. They are compiled in one target
/// folder, so that they share what dependencies they have in the same version.
pub(crate) fn install(tools: &[Tool<'_>]) -> Result<Vec<PathBuf>> {
    let cache = paths::tools()?;
    let target = cache.join(".building");
    let folders = tools.iter().map(|tool| install_one(tool, &cache, &target)).collect();
    let _ = fs::remove_dir_all(target);
    folders
}

fn install_one(tool: &Tool<'_>, cache: &Path, target: &Path) -> Result<PathBuf> {
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
    fs::create_dir_all(&incoming)?;
    let step = format!("Compile {} {} (once)", tool.name, tool.version);
    let mut command = process::cargo(["install", tool.name, "--version"]);
    // Without optimisation the tools compile in a third of the time, and they are fast enough here. The default features
    // are for downloads.
    command.arg(format!("={}", tool.version)).args(["--debug", "--no-default-features"]);
    command.args(tool.locked.then_some("--locked")).arg("--root").arg(&incoming).arg("--target-dir").arg(target);
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
    process::run_quietly(&step, &mut command)?;
    let _ = fs::remove_dir_all(&folder);
    fs::rename(&incoming, &folder)?;
    Ok(bin)
}
