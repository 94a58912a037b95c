//! The tools a build needs beyond Rust itself, and how they get here.
//!
//! Each lies in its own folder of the cache, `<name>-<version>`, made beside
//! and moved into place whole: a stopped install leaves nothing half-made.

mod crates;
mod npm;
mod target;

pub(crate) use npm::packages;

use crate::problem::{Doing, Outcome, Problem};
use crate::{place, run};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// Trunk 0.22 wants a newer Rust than this workspace names.
const TRUNK: &str = "0.21.14";
const DENY: &str = "0.20.2";
const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.2";

/// What a build of the SPA needs; gives the `PATH` with all of it in front.
pub(crate) fn for_building() -> Outcome<OsString> {
    target::wasm()?;
    let bindgen = locked_version("wasm-bindgen")?;
    let folders = [
        crates::installed(&crates::Tool {
            name: "trunk",
            version: TRUNK,
            // Trunk's own downloads are never wanted: every tool is given to it.
            options: &["--no-default-features"],
            takes: "about four minutes",
        })?,
        crates::installed(&crates::Tool {
            name: "wasm-bindgen-cli",
            version: &bindgen,
            options: &[],
            takes: "about two minutes",
        })?,
        npm::installed("binaryen", BINARYEN)?,
        npm::installed("esbuild", ESBUILD)?,
    ];
    Ok(place::path_with(&folders))
}

/// Formatter and linter, which a minimal toolchain lacks.
pub(crate) fn for_checking() -> Outcome {
    target::wasm()?;
    target::component("rustfmt")?;
    target::component("clippy")
}

/// The folder of `cargo-deny`.
pub(crate) fn deny() -> Outcome<PathBuf> {
    crates::installed(&crates::Tool {
        name: "cargo-deny",
        version: DENY,
        options: &["--no-default-features"],
        takes: "about a minute",
    })
}

/// `npm` must be there: nothing here can bring Node.js.
pub(crate) fn require_npm() -> Outcome {
    if place::on_path("npm").is_some() && place::on_path("node").is_some() {
        return Ok(());
    }
    Err(Problem::new("node and npm are missing: install Node.js 20 or newer (on Debian: apt-get install nodejs npm)"))
}

/// The version of a crate in Cargo.lock.
fn locked_version(name: &str) -> Outcome<String> {
    let lock = std::fs::read_to_string(place::root().join("Cargo.lock")).doing("Cargo.lock")?;
    version_in(&lock, name).ok_or_else(|| Problem::new(format!("Cargo.lock names no {name}: run cargo update")))
}

fn version_in(lock: &str, name: &str) -> Option<String> {
    let (_, entry) = lock.split_once(&format!("name = \"{name}\"\n"))?;
    let version = entry.lines().next()?.strip_prefix("version = \"")?;
    version.strip_suffix('"').map(str::to_owned)
}

/// Whether `program --version` on `PATH` says exactly this version.
fn on_path_already(program: &str, version: &str) -> bool {
    place::on_path(program).is_some_and(|file| {
        run::output(Command::new(file).arg("--version"))
            .is_ok_and(|words| words.split_whitespace().any(|word| word == version))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_gives_the_version_of_exactly_that_crate() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "trunk"), None);
    }
}
