//! `soak`: runs the released server under load and faults for a long time.

use crate::{paths, postgres, process, server};
use anyhow::Result;
use std::process::Command;

/// The options of the program `soak`, which has defaults for those that are not given.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Minutes of mixed load
    #[arg(long)]
    minutes: Option<u64>,
    /// How often the server is killed during uploads, deployments and starts
    #[arg(long)]
    kills: Option<u64>,
    /// Gigabytes to upload
    #[arg(long)]
    gigabytes: Option<u64>,
    /// The seed of the random numbers, to repeat a run
    #[arg(long)]
    seed: Option<u64>,
}

/// How many times the tests of concurrency run.
const REPETITIONS: u32 = 10;

/// Builds the server and runs the soak test, on SQLite and on PostgreSQL, and the tests of concurrency many times.
pub(crate) fn run(options: &Options) -> Result<()> {
    server::build_with_trials()?;
    for postgres in [false, true] {
        let mut soak = Command::new(paths::release("soak"));
        soak.arg("--server").arg(paths::release("padlock-server"));
        soak.args(postgres.then_some("--postgres"));
        for (option, value) in [
            ("--minutes", options.minutes),
            ("--kills", options.kills),
            // How large packages are stored does not depend on the database.
            ("--gigabytes", if postgres { Some(0) } else { options.gigabytes }),
            ("--seed", options.seed),
        ] {
            soak.args(value.into_iter().flat_map(|value| [option.to_owned(), value.to_string()]));
        }
        process::run(if postgres { "Soak on PostgreSQL" } else { "Soak on SQLite" }, &mut soak)?;
    }
    let postgres = postgres::start()?;
    for repetition in 1..=REPETITIONS {
        let step = format!("Tests of concurrency, {repetition} of {REPETITIONS}");
        let mut tests = process::cargo(["test", "--package", "padlock-server", "--locked", "--tests", "concurrency"]);
        process::run_quietly(&step, tests.env(postgres::URL_VARIABLE, postgres.url()))?;
    }
    Ok(())
}
