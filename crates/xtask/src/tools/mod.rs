//! Installs the tools that Padlock's build needs beside Rust itself.
//!
//! Each has a folder of its own in the cache, `<name>-<version>`. It is filled elsewhere and then renamed, so that an
//! interrupted installation leaves nothing incomplete in the cache.

mod cache;
mod cargo;
mod npm;
mod toolchain;

pub(crate) use npm::{install_packages as install_npm_packages, require as require_npm};
pub(crate) use toolchain::{install_component, install_wasm_target};

use crate::lockfile::Lockfile;
use crate::paths;
use anyhow::{Context, Result};
use cargo::Tool;
use std::ffi::OsString;
use std::path::PathBuf;

/// Trunk 0.22 needs a newer Rust than this workspace.
const TRUNK: &str = "0.21.14";
const DENY: &str = "0.20.2";
const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.2";

/// Installs the tools that build the SPA and returns a `PATH` that begins with them.
pub(crate) fn install_for_building() -> Result<OsString> {
    install_wasm_target()?;
    let lockfile = Lockfile::read()?;
    let bindgen = lockfile.version("wasm-bindgen").context("Cargo.lock has no wasm-bindgen: run cargo update")?;
    let mut folders = cargo::install(&[
        Tool { name: "trunk", version: TRUNK, locked: true },
        // Its lock file names a version that mirrors of crates.io may lack.
        Tool { name: "wasm-bindgen-cli", version: bindgen, locked: false },
    ])?;
    folders.push(npm::install("binaryen", BINARYEN)?);
    folders.push(npm::install("esbuild", ESBUILD)?);
    Ok(paths::path_with(&folders))
}

/// Installs `cargo-deny` and returns its folder.
pub(crate) fn install_cargo_deny() -> Result<PathBuf> {
    let folders = cargo::install(&[Tool { name: "cargo-deny", version: DENY, locked: true }])?;
    folders.into_iter().next().context("cargo-deny has no folder")
}
