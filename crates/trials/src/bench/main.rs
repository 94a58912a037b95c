//! Measures the server and compares the results with their targets. `cargo xtask bench` builds both programs and runs this.
#![expect(clippy::unwrap_used, reason = "a test tool")]

mod deployments;
mod engine;
mod fixture;
mod hash_rate;
mod reads;
mod results;
mod sign_in;
mod uploads;

use std::path::PathBuf;
use std::process::ExitCode;

use engine::Engine;
use results::Results;

/// Takes the program of the server, the address of a PostgreSQL server, and the parts to measure, by default all of them.
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let server = arguments.next().map(PathBuf::from).and_then(|path| path.canonicalize().ok());
    let (Some(server), Some(postgres)) = (server, arguments.next()) else {
        eprintln!("bench <program of the server> <address of PostgreSQL> [sign-in] [deployments] [uploads] [reads]");
        return ExitCode::from(2);
    };
    let parts: Vec<_> = arguments.collect();
    let mut results = Results::default();
    for (name, run) in [
        ("sign-in", sign_in::run as fn(&std::path::Path, &Engine, &mut Results)),
        ("deployments", deployments::run),
        ("uploads", uploads::run),
        ("reads", reads::run),
    ] {
        for engine in [Engine::Sqlite, Engine::Postgres(postgres.clone())] {
            if parts.is_empty() || parts.iter().any(|part| part == name) {
                println!("\n{name}, {}", engine.name());
                run(&server, &engine, &mut results);
            }
        }
    }
    if results.all_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
