//! `test`: runs the tests and prints how many passed.

pub(crate) mod browser;
mod cargo_tests;
mod journeys;
mod results;
mod shell_tools;

use crate::stopwatch::Stopwatch;
use crate::terminal;
use anyhow::Result;
use results::Row;
use std::ffi::OsString;

/// A part of the tests.
#[derive(clap::Subcommand)]
pub(crate) enum Part {
    /// The native crates: units, properties, the API over each of its stores
    Units,
    /// The components of the SPA in a browser
    Web,
    /// The journeys through the server and through the preview
    Journeys {
        /// Options for `playwright test`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<OsString>,
    },
}

impl Part {
    /// Runs the tests of this part. If they cannot be run, the row says so, and the other parts can still run.
    fn run(&self) -> Row {
        let (name, result) = match self {
            Self::Units => ("native crates", cargo_tests::units()),
            Self::Web => ("pages in the browser", cargo_tests::web()),
            Self::Journeys { options } => ("journeys", journeys::run(options)),
        };
        let outcome = result.unwrap_or_else(|error| {
            terminal::step(&format!("{error:#}"));
            results::Outcome::default()
        });
        Row { name, outcome }
    }
}

/// Runs one part of the tests, or all.
pub(crate) fn run(part: Option<Part>) -> Result<()> {
    let total = Stopwatch::start();
    let rows: Vec<Row> = match part {
        Some(part) => vec![part.run()],
        None => [Part::Units, Part::Web, Part::Journeys { options: vec![] }].iter().map(Part::run).collect(),
    };
    results::print(&rows, total.elapsed())
}
