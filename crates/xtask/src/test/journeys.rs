//! Playwright's journeys: the same over the real server and over the preview.

use super::counts::{Counts, Row};
use super::{JOURNEYS, browser, build};
use crate::clock::Watch;
use crate::problem::{Doing, Outcome};
use crate::{place, run, say, tools};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Builds what they walk through, then walks.
pub(crate) fn all(more: &[String]) -> Outcome<Row> {
    tools::require_npm()?;
    let browser = browser::ready()?;
    build()?;
    let home = place::root().join("tests/e2e");
    packages(&home)?;
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

/// `npm ci`, unless the lock file is the one that was installed.
fn packages(home: &Path) -> Outcome {
    let lock = fs::read_to_string(home.join("package-lock.json")).doing("package-lock.json")?;
    let note = home.join("node_modules/.installed");
    if fs::read_to_string(&note).is_ok_and(|old| old == lock) {
        return Ok(());
    }
    let mut ci = tools::npm("ci");
    ci.current_dir(home);
    // Debian's Chromium is used; nothing else is to be downloaded.
    ci.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run::quiet("Fetch the journeys' packages", &mut ci)?;
    fs::write(&note, lock).doing(note.display())
}
