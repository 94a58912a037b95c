//! Finishes the SPA's release files in the folder that Trunk has staged, and prints the sizes of what a browser
//! downloads.
//!
//! This is a crate of its own because `cargo xtask` should not wait until the splitter and Brotli are compiled.

mod areas;
mod compress;
mod files;
mod finish;
mod loader;
mod merge;
mod minify;
mod page;
mod previous_builds;
mod sizes;
mod split;
mod styles;
mod tools;

use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;

/// Finishes the SPA's release files
#[derive(Parser)]
#[command(name = "padlock-bundle")]
enum Command {
    /// Finishes the staged files. Trunk's hook runs this with TRUNK_STAGING_DIR, TRUNK_DIST_DIR and TRUNK_PUBLIC_URL
    Finish {
        /// The program as cargo compiled it
        wasm: PathBuf,
    },
    /// Prints the sizes of the pages and fails above a limit
    Bytes {
        /// The folder of the finished files
        dist: PathBuf,
    },
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Finish { wasm } => finish::finish(&wasm),
        Command::Bytes { dist } => sizes::check(&dist),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
