//! Measures the server and compares the results with their targets. `cargo xtask bench` builds both programs and runs this.
#![expect(clippy::unwrap_used, reason = "a test tool")]

mod fixture;
mod hash_rate;
mod reads;
mod results;
mod sign_in;
mod uploads;

use std::path::PathBuf;
use std::process::ExitCode;

use results::Results;

/// Takes the program of the server and the parts to measure, by default all of them.
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let server = arguments.next().map(PathBuf::from).and_then(|path| path.canonicalize().ok());
    let (Some(server), parts) = (server, arguments.collect::<Vec<_>>()) else {
        eprintln!("bench <program of the server> [sign-in] [uploads] [reads]");
        return ExitCode::from(2);
    };
    let mut results = Results::default();
    for (name, run) in [
        ("sign-in", sign_in::run as fn(&std::path::Path, &mut Results)),
        ("uploads", uploads::run),
        ("reads", reads::run),
    ] {
        if parts.is_empty() || parts.iter().any(|part| part == name) {
            run(&server, &mut results);
        }
    }
    if results.all_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
