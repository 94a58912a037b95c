//! Parts of the Rust toolchain itself: the wasm target, rustfmt, clippy.

use crate::problem::{Outcome, Problem};
use crate::{place, run};
use std::path::Path;
use std::process::Command;

const WASM: &str = "wasm32-unknown-unknown";

/// The standard library for wasm. Asked for by name: rustup's automatic
/// installation of what rust-toolchain.toml lists can be switched off.
pub(crate) fn wasm() -> Outcome {
    let sysroot = run::output(rustc().args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    rustup("target", WASM)
}

/// A component, unless cargo already answers for it.
pub(crate) fn component(name: &str) -> Outcome {
    let subcommand = if name == "rustfmt" { "fmt" } else { name };
    if run::output(&mut run::cargo([subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    rustup("component", name)
}

fn rustup(kind: &str, name: &str) -> Outcome {
    if place::on_path("rustup").is_none() {
        return Err(Problem::new(format!(
            "Rust here lacks {name} and there is no rustup to add it: install Rust by rustup"
        )));
    }
    let mut add = Command::new("rustup");
    add.args([kind, "add", name]).current_dir(place::root());
    run::quiet(&format!("Add {name} to the Rust toolchain"), &mut add)
}

fn rustc() -> Command {
    let mut command = Command::new("rustc");
    command.current_dir(place::root());
    command
}
