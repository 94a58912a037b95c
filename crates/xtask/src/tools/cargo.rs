//! Installs tools with `cargo install`.

use super::cache;
use crate::{paths, process};
use anyhow::{Context, Result};
use fs_err as fs;
use std::io::ErrorKind::NotFound;
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

    /// Returns the name of its folder in the cache.
    fn folder(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    /// Returns the folder of the program, in the cache or on `PATH`, if there is one.
    fn find(&self, cache: &Path) -> Option<PathBuf> {
        let bin = cache.join(self.folder()).join("bin");
        if bin.join(self.program()).is_file() { Some(bin) } else { self.find_on_path() }
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
    let installed = || tools.iter().map(|tool| tool.find(&cache)).collect::<Option<Vec<_>>>();
    if let Some(folders) = installed() {
        return Ok(folders);
    }
    fs::create_dir_all(&cache)?;
    // Another process may be installing the same tools.
    let lock = fs::File::create(cache.join(".lock"))?;
    lock.file().lock()?;
    let target = cache.join(".building");
    for tool in tools.iter().filter(|tool| tool.find(&cache).is_none()) {
        compile(tool, &cache, &target)?;
    }
    fs::remove_dir_all(target).or_else(|error| if error.kind() == NotFound { Ok(()) } else { Err(error) })?;
    installed().context("a tool was compiled and is missing")
}

fn compile(tool: &Tool<'_>, cache: &Path, target: &Path) -> Result<()> {
    let step = format!("Compile {} {} (once)", tool.name, tool.version);
    let install = |root: &Path, options: &[&str]| {
        let mut command = process::cargo(["install", tool.name, "--version"]);
        // Without optimisation the tools compile in a third of the time, and they are fast enough here. The default
        // features are for downloads.
        command.arg(format!("={}", tool.version)).args(["--debug", "--no-default-features"]).args(options);
        command.arg("--root").arg(root).arg("--target-dir").arg(target);
        command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
        process::run_quietly(&step, &mut command)
    };
    cache::fill(cache, &tool.folder(), |incoming| {
        if tool.locked && install(incoming, &["--locked"]).is_ok() { Ok(()) } else { install(incoming, &[]) }
    })
}
