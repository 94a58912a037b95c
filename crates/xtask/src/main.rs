//! `cargo xtask`: builds, starts, checks and tests Padlock on a machine that has Rust (installed by rustup) and Node.js
//! with npm, and installs the other tools that this needs. `cargo xtask --help` lists the commands.
//!
//! For a development loop: `eval "$(cargo xtask tools | grep ^export)"`, then `trunk serve --features preview`. The
//! tools are installed in `$PADLOCK_TOOLS`, else `$XDG_CACHE_HOME/padlock/tools`, else `~/.cache/padlock/tools`.
//!
//! This crate is compiled before everything else, so its dependencies are few. What takes long to compile has a crate
//! of its own, which is built when a command needs it: `padlock-bundle` and `padlock-preview-server`.

mod bench;
mod cargo_progress;
mod check;
mod debian;
mod fingerprint;
mod lockfile;
mod metadata;
mod paths;
mod postgres;
mod preview;
mod process;
mod sbom;
mod server;
mod soak;
mod spa;
mod stopwatch;
mod terminal;
mod test;
mod tools;

use clap::Parser;
use std::process::ExitCode;

/// Builds, starts, checks and tests Padlock
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
enum Command {
    /// Builds everything and serves the demo on http://localhost:8080
    Start(server::StartOptions),
    /// Builds target/release/padlock-server with its bill of materials (padlock.cdx.json), and dist/
    Build,
    /// Serves the preview, which needs no server behind it, on http://127.0.0.1:8090
    Preview(preview::ServeOptions),
    /// Builds the preview as a static folder: dist-preview/
    BuildPreview(preview::BuildOptions),
    /// Checks formatting, lints, dependencies and the project's own rules
    Check(check::Options),
    /// Runs every test, or the tests of one part
    Test {
        #[command(subcommand)]
        part: Option<test::Part>,
    },
    /// Runs a PostgreSQL server for `cargo nextest`, until Ctrl-C
    Postgres,
    /// Runs the released server under load and faults for a long time
    Soak(soak::Options),
    /// Measures speed, sizes and memory and compares them with their targets (docs/performance.md)
    Bench(bench::Options),
    /// Prints the sizes of the pages and fails above a limit
    #[command(name = "bytes")]
    Sizes,
    /// Installs the tools and prints the PATH for using Trunk by hand
    Tools,
    /// Trunk's post_build hook (Trunk.toml)
    #[command(name = "finish", hide = true)]
    PostBuildHook,
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Start(options) => server::start(&options),
        Command::Build => server::build().and_then(|()| sbom::write()),
        Command::Preview(options) => preview::serve(&options),
        Command::BuildPreview(options) => preview::build(&options),
        Command::Check(options) => check::run(&options),
        Command::Test { part } => test::run(part),
        Command::Postgres => postgres::run(),
        Command::Soak(options) => soak::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Sizes => spa::check_sizes(),
        Command::Tools => spa::print_path(),
        Command::PostBuildHook => spa::run_post_build_hook(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Command, clap::Error> {
        Command::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Command::command().debug_assert();
    }

    #[test]
    fn values_and_flags_are_told_apart() {
        let Ok(Command::Preview(options)) = parse("xtask preview --listen 127.0.0.1:9 --no-build") else { panic!() };
        assert_eq!(options.listen, "127.0.0.1:9");
        assert!(options.no_build);
    }

    #[test]
    fn unknown_options_are_refused() {
        assert!(parse("xtask preview --lisen x").is_err());
        assert!(parse("xtask preview --listen").is_err());
    }

    #[test]
    fn options_of_other_programs_are_passed_on() {
        let Ok(Command::Start(start)) = parse("xtask start --listen 127.0.0.1:9 -v") else { panic!() };
        assert_eq!(start.options, ["--listen", "127.0.0.1:9", "-v"]);
        let journeys = parse("xtask test journeys --project=preview sign-in -g code");
        let Ok(Command::Test { part: Some(test::Part::Journeys { options }) }) = journeys else { panic!() };
        assert_eq!(options, ["--project=preview", "sign-in", "-g", "code"]);
    }
}
