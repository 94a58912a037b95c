//! `test`: everything that can be run, and a table of what came of it.

pub(crate) mod browser;
mod counts;
mod journeys;

use crate::clock::Watch;
use crate::problem::{Outcome, Problem};
use crate::run::cargo;
use crate::{place, run, say, server, spa, tools};
use counts::{Counts, Row};
use std::time::Duration;

const UNITS: &str = "native crates";
const WEB: &str = "pages in the browser";
const JOURNEYS: &str = "journeys";

/// `test`: all of it. One part alone, for work on it: `test units`,
/// `test web`, `test journeys [what Playwright takes]`.
pub(crate) fn run(args: &[String]) -> Outcome {
    let watch = Watch::start();
    let (part, more) = match args.split_first() {
        Some((part, more)) => (part.as_str(), more),
        None => ("all", args),
    };
    let rows = match part {
        "all" => vec![row(UNITS, units()), row(WEB, web()), row(JOURNEYS, journeys::all(more))],
        "units" => vec![row(UNITS, units())],
        "web" => vec![row(WEB, web())],
        "journeys" => vec![row(JOURNEYS, journeys::all(more))],
        _ => return Err(Problem::new("test, test units, test web, test journeys")),
    };
    counts::table(&rows, watch.spent())
}

/// A part that could not run is a row of the table too: the others still run.
fn row(name: &'static str, outcome: Outcome<Row>) -> Row {
    outcome.unwrap_or_else(|problem| {
        say::step(&problem.to_string());
        Row { name, counts: Counts::default(), completed: false, spent: Duration::ZERO }
    })
}

/// Every native crate: units, properties, the API over each of its stores.
fn units() -> Outcome<Row> {
    say::step("Tests of the native crates");
    let mut command = cargo(["test", "--workspace", "--locked", "--no-fail-fast"]);
    counted(UNITS, &mut command)
}

/// The SPA's own tests, in a browser.
fn web() -> Outcome<Row> {
    let path = tools::for_building()?;
    let browser = browser::ready()?;
    say::step("Tests of the pages in the browser");
    let mut command = cargo(["test", "--package", "padlock", "--locked", "--no-fail-fast"]);
    command.args(["--target", "wasm32-unknown-unknown", "--test", "web"]);
    // Both are read by wasm-bindgen's runner; flags are in webdriver.json.
    command.env("PATH", path).env("CHROMEDRIVER", browser.driver);
    command.env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    counted(WEB, &mut command)
}

/// Runs a test command, reading its totals as they are printed.
fn counted(name: &'static str, command: &mut std::process::Command) -> Outcome<Row> {
    let watch = Watch::start();
    let mut counts = Counts::default();
    let success = run::read_along(command, |line| counts.read(line))?;
    Ok(Row { name, counts, completed: success, spent: watch.spent() })
}

/// What the journeys run against.
fn build() -> Outcome {
    server::build()?;
    spa::bytes()?;
    spa::build(&spa::Build::Preview { public_url: "/" })?;
    let _ = std::fs::create_dir_all(place::target().join("e2e"));
    Ok(())
}
