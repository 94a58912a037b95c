//! Runs the tests that `cargo test` runs.

use super::results::{Counts, Outcome};
use super::{browser, shell_tools};
use crate::process::{self, cargo};
use crate::stopwatch::Stopwatch;
use crate::{metadata, postgres, terminal, tools};
use anyhow::Result;
use std::process::Command;

/// Runs the tests of the native crates.
pub(super) fn units() -> Result<Outcome> {
    shell_tools::find_or_install()?;
    let postgres = postgres::start()?;
    terminal::step("Tests of the native crates");
    let mut command = cargo(["test", "--workspace", "--locked", "--no-fail-fast"]);
    run(command.env(postgres::URL_VARIABLE, postgres.url()))
}

/// Runs the SPA's tests in a browser.
pub(super) fn web() -> Result<Outcome> {
    let path = tools::install_for_building()?;
    let browser = browser::find_or_install()?;
    terminal::step("Tests of the pages in the browser");
    let mut command = cargo(["test", "--package", "padlock", "--locked", "--no-fail-fast"]);
    command.args(["--target", metadata::WASM, "--test", "web"]);
    // wasm-bindgen's test runner reads these two variables. The browser's options are in webdriver.json.
    command.env("CHROMEDRIVER", browser.driver).env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    run(command.env("PATH", path))
}

fn run(command: &mut Command) -> Result<Outcome> {
    let stopwatch = Stopwatch::start();
    let mut counts = Counts::default();
    let completed = process::run_with_lines(command, |line| counts.add_cargo_result(line))?;
    Ok(Outcome { counts, completed, duration: stopwatch.elapsed() })
}
