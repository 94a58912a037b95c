//! Installs parts of the Rust toolchain with rustup.

use crate::metadata::WASM;
use crate::{paths, process};
use anyhow::{Result, ensure};
use std::path::Path;
use std::process::Command;

/// Installs the standard library for WebAssembly unless it is installed. rustup may be configured not to install what
/// rust-toolchain.toml lists.
pub(crate) fn install_wasm_target() -> Result<()> {
    let mut rustc = Command::new("rustc");
    let sysroot = process::output(rustc.current_dir(paths::root()).args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    rustup_add("target", WASM)
}

/// Installs a component unless cargo has its `subcommand`.
pub(crate) fn install_component(component: &str, subcommand: &str) -> Result<()> {
    if process::output(&mut process::cargo([subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    rustup_add("component", component)
}

fn rustup_add(kind: &str, name: &str) -> Result<()> {
    let rustup = paths::find_on_path("rustup");
    ensure!(rustup.is_some(), "Rust has no {name} here, and no rustup to add it: install Rust by rustup");
    let mut add = Command::new("rustup");
    add.args([kind, "add", name]).current_dir(paths::root());
    process::run_quietly(&format!("Add {name} to the Rust toolchain"), &mut add)
}
