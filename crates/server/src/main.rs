//! The program `padlock-server`.

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use padlock_server::cli::Cli;
use padlock_server::command_error::CommandError;
use padlock_server::commands;

const EXIT_FAILURE: u8 = 1;
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return report_parse_error(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().max_blocking_threads(64).build() {
        Ok(runtime) => runtime,
        Err(error) => return report(EXIT_FAILURE, &error.to_string()),
    };
    let result = runtime.block_on(commands::run(&cli.command));
    // Does not wait for blocking tasks: they had the shutdown timeout.
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(CommandError::Usage(message)) => report(EXIT_USAGE, &message),
        Err(CommandError::Failed(message)) => report(EXIT_FAILURE, &message),
    }
}

/// Prints help as clap formats it, and any other error of clap in one line.
fn report_parse_error(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            ExitCode::from(EXIT_USAGE)
        }
        _ => {
            let text = error.to_string();
            let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
            report(EXIT_USAGE, &format!("{} (see --help)", lines.join(" ").trim_start_matches("error: ")))
        }
    }
}

fn report(code: u8, message: &str) -> ExitCode {
    eprintln!("padlock-server: {message}");
    ExitCode::from(code)
}
