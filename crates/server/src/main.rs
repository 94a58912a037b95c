//! `padlock-server`: the command.

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use padlock_server::cli::{Cli, Command};
use padlock_server::commands;
use padlock_server::serve::{self, Stop};

/// What a mistake on the command line ends with.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().max_blocking_threads(64).build() {
        Ok(runtime) => runtime,
        Err(error) => return stop(1, &error.to_string()),
    };
    let result = match &cli.command {
        Command::Serve(options) => runtime.block_on(serve::serve(options)),
        command => runtime.block_on(commands::run(command)),
    };
    // What is still blocked after its thirty seconds will not end any more.
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Usage(sentence)) => stop(USAGE, &sentence),
        Err(Stop::Failed(sentence)) => stop(1, &sentence),
    }
}

/// Help as clap writes it; mistakes in one line.
fn explain(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            ExitCode::from(USAGE)
        }
        _ => {
            let text = error.to_string();
            let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
            stop(USAGE, &format!("{} (see --help)", lines.join(" ").trim_start_matches("error: ")))
        }
    }
}

fn stop(code: u8, sentence: &str) -> ExitCode {
    eprintln!("padlock-server: {sentence}");
    ExitCode::from(code)
}
