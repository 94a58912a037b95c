//! The folders of the workspace, of cargo's output and of the installed tools, and the search on `PATH`.

use anyhow::{Context, Result};
use std::env::{join_paths, split_paths, var_os};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Returns the workspace's folder.
pub(crate) fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package)
}

/// Returns cargo's target folder.
pub(crate) fn target() -> PathBuf {
    root().join(env_path("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// Returns the path of a program that cargo built with the release profile.
pub(crate) fn release(program: &str) -> PathBuf {
    target().join("release").join(program)
}

/// Returns the path of a program that cargo built with the dev profile.
pub(crate) fn debug(program: &str) -> PathBuf {
    target().join("debug").join(program)
}

/// Returns the folder of the compiled tools, which all clones share. It is outside `target/`, so that they survive
/// `cargo clean`.
pub(crate) fn tools() -> Result<PathBuf> {
    env_path("PADLOCK_TOOLS")
        .or_else(|| env_path("XDG_CACHE_HOME").map(|cache| cache.join("padlock/tools")))
        .or_else(|| env_path("HOME").map(|home| home.join(".cache/padlock/tools")))
        .context("HOME is not set: name a folder for tools in PADLOCK_TOOLS")
}

/// Returns the path in an environment variable, unless the variable is unset or empty.
pub(crate) fn env_path(variable: &str) -> Option<PathBuf> {
    var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Returns `PATH` with these folders added in front.
pub(crate) fn path_with(folders: &[PathBuf]) -> OsString {
    let path = var_os("PATH").unwrap_or_default();
    join_paths(folders.iter().cloned().chain(split_paths(&path))).unwrap_or(path)
}

/// Returns the first program of this name on `PATH`.
pub(crate) fn find_on_path(program: &str) -> Option<PathBuf> {
    let path = var_os("PATH")?;
    split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
