//! Builds and starts the server.

use crate::spa::{self, Build};
use crate::stopwatch::Stopwatch;
use crate::terminal::{self, format_duration};
use crate::{paths, process, tools};
use anyhow::{Result, anyhow};
use std::ffi::OsString;
use std::process::Command;
use std::thread;
use std::time::Duration;

/// The options of `start`.
#[derive(clap::Args)]
pub(crate) struct StartOptions {
    /// Builds everything and ends
    #[arg(long)]
    pub(crate) no_serve: bool,
    /// More options for `padlock-server serve`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) options: Vec<OsString>,
}

/// Builds `target/release/padlock-server` and `dist/`.
pub(crate) fn build() -> Result<()> {
    spa::build(&Build::Production)?;
    process::build("Build the server (release)", &["--release", "--package", "padlock-server"])
}

/// Builds the server and the programs that measure and test it, `bench` and `soak`.
pub(crate) fn build_with_trials() -> Result<()> {
    let options = ["--release", "--package", "padlock-server", "--package", "padlock-trials"];
    process::build("Build the server and its trials (release)", &options)
}

/// Builds `target/debug/padlock-server`, which takes half as long as the release, and `dist/`. The server is compiled
/// while the tools for the pages are, because both leave a core idle at times.
pub(crate) fn build_demo() -> Result<()> {
    tools::require_npm()?;
    thread::scope(|scope| {
        let server = scope.spawn(|| {
            // Trunk's hook needs the bundler, so it is first.
            spa::build_bundler()?;
            process::build("Compile the server", &["--package", "padlock-server"])
        });
        let pages = spa::build(&Build::Production);
        if let Err(error) = &pages {
            terminal::detail(&format!("{error:#}"));
        }
        server.join().map_err(|_| anyhow!("the build of the server panicked"))?.and(pages)
    })
}

/// Builds everything, prints how long it took, and replaces this process by the demo server.
pub(crate) fn start(options: &StartOptions) -> Result<()> {
    let total = Stopwatch::start();
    build_demo()?;
    print_steps(total.elapsed());
    if options.no_serve {
        return Ok(());
    }
    let mut serve = Command::new(paths::debug("padlock-server"));
    serve.current_dir(paths::root());
    serve.args(["serve", "--demo", "--listen", "127.0.0.1:8080"]);
    serve.args(["--apps-listen", "127.0.0.1:8081", "--data", "./data", "--dist", "./dist"]);
    terminal::step("Start the portal");
    process::exec(serve.args(&options.options))
}

/// Prints the time of a build and, if it was long, that of each step.
fn print_steps(total: Duration) {
    terminal::step(&format!("Everything is built, in {}", format_duration(total)));
    if total > Duration::from_secs(60) {
        for (step, duration) in process::steps() {
            terminal::detail(&format!("{:>12}  {step}", format_duration(duration)));
        }
    }
}
