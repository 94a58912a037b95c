//! Where things are: the workspace, cargo's target folder, the tools cache.

use crate::problem::{Outcome, Problem};
use std::env::{join_paths, split_paths, var_os};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The workspace's own folder.
pub(crate) fn root() -> &'static Path {
    const HERE: &str = env!("CARGO_MANIFEST_DIR");
    let here = Path::new(HERE);
    here.ancestors().nth(2).unwrap_or(here)
}

/// Cargo's output.
pub(crate) fn target() -> PathBuf {
    let chosen = var_os("CARGO_TARGET_DIR").filter(|dir| !dir.is_empty());
    root().join(chosen.unwrap_or_else(|| "target".into()))
}

/// A program that cargo built in release.
pub(crate) fn release(program: &str) -> PathBuf {
    target().join("release").join(program)
}

/// Where compiled tools stay between clones. Outside `target/`, so that
/// `cargo clean` does not cost ten minutes.
pub(crate) fn tools() -> Outcome<PathBuf> {
    let given = |name: &str| var_os(name).filter(|dir| !dir.is_empty()).map(PathBuf::from);
    given("PADLOCK_TOOLS")
        .or_else(|| given("XDG_CACHE_HOME").map(|cache| cache.join("padlock/tools")))
        .or_else(|| given("HOME").map(|home| home.join(".cache/padlock/tools")))
        .ok_or_else(|| Problem::new("HOME is not set: name a folder for tools in PADLOCK_TOOLS"))
}

/// `PATH` with these folders in front.
pub(crate) fn path_with(front: &[PathBuf]) -> OsString {
    let rest = var_os("PATH").unwrap_or_default();
    let all = front.iter().cloned().chain(split_paths(&rest));
    join_paths(all).unwrap_or(rest)
}

/// The first program of this name on `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = var_os("PATH")?;
    split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}
