//! `soak`: runs the released server under load and faults for a long time.

use crate::{paths, process, server};
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

/// Builds the server and runs the soak test.
pub(crate) fn run(options: &Options) -> Result<()> {
    server::build_with_trials()?;
    let mut soak = Command::new(paths::release("soak"));
    soak.arg("--server").arg(paths::release("padlock-server"));
    for (option, value) in [
        ("--minutes", options.minutes),
        ("--kills", options.kills),
        ("--gigabytes", options.gigabytes),
        ("--seed", options.seed),
    ] {
        soak.args(value.into_iter().flat_map(|value| [option.to_owned(), value.to_string()]));
    }
    process::run("Soak", &mut soak)
}
