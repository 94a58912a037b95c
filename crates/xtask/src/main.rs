//! `cargo xtask …`: builds, starts, checks and tests Padlock on a machine that
//! has Rust (by rustup) and Node.js with npm, and gets whatever else it takes.
//!
//! ```text
//! cargo xtask start           build all, serve the demo on http://localhost:8080
//! cargo xtask build           the same without serving: target/release/padlock-server and what is in it
//!                             (padlock.cdx.json), dist/
//! cargo xtask preview         every flow without a server, on http://127.0.0.1:8090
//! cargo xtask build-preview   the same as a static folder: dist-preview/
//! cargo xtask check           formatting, lints, dependencies, the rules of the house
//! cargo xtask test            every test; `test units`, `test web` or `test journeys …` alone
//! cargo xtask soak            the server for a long time, under load and faults; --minutes, --kills, --gigabytes, --seed
//! cargo xtask bytes           the sizes of the pages
//! cargo xtask bench           figures beside their targets (docs/performance.md)
//! cargo xtask tools           get the tools; prints the PATH to use Trunk by hand
//! ```
//!
//! For a development loop: `eval "$(cargo xtask tools | grep ^export)"`, then
//! `trunk serve --features preview`. Tools lie in `$PADLOCK_TOOLS`, else
//! `$XDG_CACHE_HOME/padlock/tools`, else `~/.cache/padlock/tools`.

mod bench;
mod check;
mod clock;
mod fingerprint;
mod options;
mod place;
mod preview;
mod problem;
mod progress;
mod run;
mod say;
mod sbom;
mod server;
mod soak;
mod spa;
mod test;
mod tools;

use problem::{Outcome, Problem};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

const COMMANDS: &str = "start, build, preview, build-preview, check, test, soak, bytes, tools";

fn dispatch(args: &[String]) -> Outcome {
    let Some((command, more)) = args.split_first() else {
        return Err(Problem::new(format!("cargo xtask <command>, one of: {COMMANDS}")));
    };
    match command.as_str() {
        "start" => server::start(more),
        "build" => none(more).and_then(|()| server::build()).and_then(|()| sbom::write()),
        "preview" => preview::serve(more),
        "build-preview" => preview::build(more),
        "check" => none(more).and_then(|()| check::all()),
        "test" => test::run(more),
        "soak" => soak::run(more),
        "bench" => bench::run(more),
        "bytes" => none(more).and_then(|()| spa::bytes()),
        "tools" => none(more).and_then(|()| spa::print_path()),
        // Trunk's hook.
        "finish" => none(more).and_then(|()| spa::finish()),
        other => Err(Problem::new(format!("There is no command {other}, only: {COMMANDS}"))),
    }
}

fn none(args: &[String]) -> Outcome {
    options::Options::read(args, &[], &[]).map(|_| ())
}
