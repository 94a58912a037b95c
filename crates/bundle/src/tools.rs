//! Running the tools that `cargo xtask` puts on `PATH`: wasm-bindgen, binaryen and esbuild.

use crate::Outcome;
use std::process::Command;

/// The WebAssembly features of Rust's target, for binaryen: a part no longer says which it uses.
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

/// Runs a tool. Its output is part of the error only.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{name} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr))),
        Err(error) => Err(format!("{name} did not start: {error}. Run `cargo xtask build`.")),
    }
}
