//! `soak`: the server as it is released, for a long time, under load and faults, held to every word.

use crate::options::Options;
use crate::problem::Outcome;
use crate::{place, run, server};
use std::process::Command;

/// `soak [--minutes 10] [--kills 20] [--gigabytes 2] [--seed N]`
pub(crate) fn run(args: &[String]) -> Outcome {
    Options::read(args, &["--minutes", "--kills", "--gigabytes", "--seed"], &[])?;
    server::trials()?;
    let mut soak = Command::new(place::release("soak"));
    run::open("Soak", soak.arg("--server").arg(place::release("padlock-server")).args(args))
}
