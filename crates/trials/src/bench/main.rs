//! The bench: the real server's figures beside their targets. `cargo xtask bench` builds both and runs this.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a tool of tests")]

mod archive;
mod capacity;
mod shop;
mod signing;
mod table;
mod uploads;

use std::path::PathBuf;
use std::process::ExitCode;

use table::Table;

/// Takes the server's program, and the parts to measure: all of them if none is named.
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let server = arguments.next().map(PathBuf::from).and_then(|path| path.canonicalize().ok());
    let (Some(server), parts) = (server, arguments.collect::<Vec<_>>()) else {
        eprintln!("bench <program of the server> [sign-in] [uploads] [reads]");
        return ExitCode::from(2);
    };
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|named| named == part);
    let mut table = Table::default();
    if wanted("sign-in") {
        signing::run(&server, &mut table);
    }
    if wanted("uploads") {
        uploads::run(&server, &mut table);
    }
    if wanted("reads") {
        archive::run(&server, &mut table);
    }
    if table.all_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
