//! Builds and starts the server.

use crate::spa::{self, Build};
use crate::{paths, process, terminal};
use anyhow::Result;
use std::ffi::OsString;
use std::process::Command;

/// Builds `target/release/padlock-server` and `dist/`.
pub(crate) fn build() -> Result<()> {
    spa::build(&Build::Production)?;
    let build = &mut process::cargo(["build", "--release", "--locked", "--package", "padlock-server"]);
    process::run_quietly("Build the server (release)", build)
}

/// Builds the server and the programs that measure and test it, `bench` and `soak`.
pub(crate) fn build_with_trials() -> Result<()> {
    let build = &mut process::cargo(["build", "--release", "--locked", "--package", "padlock-server"]);
    process::run_quietly("Build the server and its trials (release)", build.args(["--package", "padlock-trials"]))
}

/// Builds everything and replaces this process by the demo server.
pub(crate) fn start(options: &[OsString]) -> Result<()> {
    build()?;
    let mut serve = Command::new(paths::release("padlock-server"));
    serve.current_dir(paths::root());
    serve.args(["serve", "--demo", "--listen", "127.0.0.1:8080"]);
    serve.args(["--apps-listen", "127.0.0.1:8081", "--data", "./data", "--dist", "./dist"]);
    terminal::step("Start the portal");
    process::exec(serve.args(options))
}
