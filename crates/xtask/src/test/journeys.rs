//! Playwright's journeys: the same over the real server and over the preview.

use super::counts::{Counts, Row};
use super::{JOURNEYS, browser, build};
use crate::clock::Watch;
use crate::problem::{Doing, Outcome};
use crate::{place, run, say, tools};
use serde_json::Value;
use std::fs;
use std::process::Command;

/// Builds what they walk through, then walks.
pub(crate) fn all(more: &[String]) -> Outcome<Row> {
    tools::require_npm()?;
    let browser = browser::ready()?;
    build()?;
    let home = place::root().join("tests/e2e");
    tools::packages(&home, "Fetch the journeys' packages")?;
    say::step("Journeys in the browser");
    let watch = Watch::start();
    let report = place::target().join("e2e/report.json");
    let _ = fs::remove_file(&report);
    let mut types = Command::new(home.join("node_modules/.bin/tsc"));
    run::open("Types of the journeys", types.current_dir(&home).arg("--noEmit"))?;
    let mut playwright = Command::new(home.join("node_modules/.bin/playwright"));
    playwright.current_dir(&home).arg("test").args(more);
    playwright.env("PADLOCK_TARGET", place::target()).env("PADLOCK_CHROMIUM", browser.program);
    let completed = run::read_along(&mut playwright, |_| {})?;
    let counts = match fs::read_to_string(&report) {
        Ok(words) => Counts::of_playwright(&serde_json::from_str::<Value>(&words).doing("report.json")?),
        Err(_) => Counts::default(),
    };
    Ok(Row { name: JOURNEYS, counts, completed, spent: watch.spent() })
}
