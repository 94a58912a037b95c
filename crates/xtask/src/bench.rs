//! `bench`: what is promised of speed, bytes and memory, beside what is (docs/performance.md).

use crate::options::Options;
use crate::problem::{Outcome, Problem};
use crate::test::browser;
use crate::{place, run, server, spa, tools};
use std::process::Command;

/// The parts, in the order in which they are measured.
const PARTS: [&str; 5] = ["bytes", "pages", "sign-in", "uploads", "reads"];

/// `bench [--only bytes|pages|sign-in|uploads|reads]`
pub(crate) fn run(args: &[String]) -> Outcome {
    let options = Options::read(args, &["--only"], &[])?;
    let only = options.value("--only");
    if only.is_some_and(|only| !PARTS.contains(&only)) {
        return Err(Problem::new(format!("--only takes one of: {}", PARTS.join(", "))));
    }
    spa::build(&spa::Build::Production)?;
    server::trials()?;
    let mut missed = Vec::new();
    for part in PARTS.into_iter().filter(|part| only.is_none_or(|only| only == *part)) {
        let measured = match part {
            "bytes" => spa::bytes(),
            "pages" => pages(),
            _ => run::open(part, Command::new(place::release("bench")).arg(place::release("padlock-server")).arg(part)),
        };
        if measured.is_err() {
            missed.push(part);
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(Problem::new(format!("Not as promised: {}", missed.join(", ")))) }
}

/// How soon the pages are there.
fn pages() -> Outcome {
    tools::require_npm()?;
    let browser = browser::ready()?;
    let home = place::root().join("tests/bench");
    tools::packages(&home, "Fetch the bench's packages")?;
    let mut node = Command::new("node");
    node.current_dir(&home).arg("pages.mjs").arg(place::release("padlock-server")).arg(spa::Build::Production.dist());
    run::open("pages", node.env("PADLOCK_CHROMIUM", browser.program))
}
