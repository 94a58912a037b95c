//! Runs the journeys: Playwright's tests, over the server and over the preview.

use super::browser;
use super::results::{Counts, Outcome};
use crate::stopwatch::Stopwatch;
use crate::{paths, preview, process, server, spa, terminal, tools};
use anyhow::{Context, Result};
use fs_err as fs;
use std::ffi::OsString;
use std::process::Command;

/// Builds the server and the preview and runs the journeys.
pub(super) fn run(options: &[OsString]) -> Result<Outcome> {
    tools::require_npm()?;
    let browser = browser::find_or_install()?;
    server::build_demo()?;
    spa::check_sizes()?;
    spa::build(&spa::Build::Preview { public_url: "/" })?;
    preview::build_server()?;
    let folder = paths::root().join("tests/e2e");
    tools::install_npm_packages(&folder, "Install the npm packages of the journeys")?;

    terminal::step("Journeys in the browser");
    let stopwatch = Stopwatch::start();
    let results = paths::target().join("e2e");
    fs::create_dir_all(&results)?;
    let report = results.join("report.json");
    let _ = fs::remove_file(&report);
    let mut tsc = Command::new(folder.join("node_modules/.bin/tsc"));
    process::run("Types of the journeys", tsc.current_dir(&folder).arg("--noEmit"))?;
    let mut playwright = Command::new(folder.join("node_modules/.bin/playwright"));
    playwright.current_dir(&folder).arg("test").args(options);
    playwright.env("PADLOCK_TARGET", paths::target()).env("PADLOCK_CHROMIUM", browser.program);
    let completed = process::run_with_lines(&mut playwright, |_| {})?;
    let counts = match fs::read_to_string(&report) {
        Ok(report) => Counts::from_playwright(&serde_json::from_str(&report).context("report.json")?),
        Err(_) => Counts::default(),
    };
    Ok(Outcome { counts, completed, duration: stopwatch.elapsed() })
}
