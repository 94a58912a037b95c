//! Runs the tools that `cargo xtask` puts on `PATH`: wasm-bindgen, binaryen and esbuild.

use anyhow::{Context, Result, ensure};
use std::process::Command;

/// The WebAssembly features of Rust's target, as options for binaryen. The parts of a split program no longer say which
/// features they use.
pub(crate) const WASM_FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
];

/// Runs a tool. If it fails, the error contains what it printed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("Run `cargo xtask build`, because {name} did not start"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} failed ({}): {errors}", output.status);
    Ok(())
}
