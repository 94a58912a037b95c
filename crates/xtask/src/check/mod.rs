//! `check`: everything that can be wrong without running the program.

mod directions;
mod house;

use crate::clock::Watch;
use crate::problem::{Outcome, Problem};
use crate::run::cargo;
use crate::spa::Build;
use crate::{place, run, say, spa, tools};
use std::process::Command;

const WASM: [&str; 4] = ["--package", "padlock", "--target", "wasm32-unknown-unknown"];

/// Runs every check, then fails with the names of those that did not pass.
pub(crate) fn all() -> Outcome {
    let watch = Watch::start();
    tools::for_checking()?;
    let deny = tools::deny()?;
    let mut wrong = Vec::new();
    let mut note = |name: &'static str, outcome: Outcome| {
        if let Err(problem) = outcome {
            say::detail(&problem.to_string());
            wrong.push(name);
        }
    };
    note("formatting", run::open("Formatting", &mut cargo(["fmt", "--all", "--check"])));
    note("the house", house::all());
    note("directions", directions::all());
    note("dependencies", dependencies(&deny));
    let native = &mut cargo(["clippy", "--workspace", "--all-targets", "--locked"]);
    note("clippy", run::open("Clippy, native", native.args(["--", "-D", "warnings"])));
    for feature in ["", "preview", "split"] {
        let words = if feature.is_empty() { "Clippy, wasm".into() } else { format!("Clippy, wasm, {feature}") };
        let clippy = &mut cargo(["clippy", "--locked", "--all-targets", "--features", feature]);
        note("clippy for wasm", run::open(&words, clippy.args(WASM).args(["--", "-D", "warnings"])));
    }
    if Build::Production.dist().join("index.html").is_file() {
        note("sizes of the pages", spa::bytes());
    }
    if wrong.is_empty() {
        say::step(&format!("All checks passed in {}", say::time(watch.spent())));
        return Ok(());
    }
    wrong.dedup();
    Err(Problem::new(format!("Not right yet: {}. Look above.", wrong.join(", "))))
}

/// Licences, banned crates and sources; advisories need a database that not
/// every machine can reach, so an operator runs those (docs/operations.md).
fn dependencies(deny: &std::path::Path) -> Outcome {
    let mut command = Command::new(deny.join("cargo-deny"));
    command.current_dir(place::root()).args(["--workspace", "--all-features", "--locked", "check"]);
    command.args(["--hide-inclusion-graph", "licenses", "bans", "sources"]);
    run::open("Licences, bans and sources of dependencies", &mut command)
}
