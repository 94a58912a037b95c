//! The operator commands. Results go to stdout, an error to stderr in one line.

mod accounts;
mod apps;
mod backup;
mod check;
mod damaged_installation;
mod installation;
mod jobs;
mod output;
mod password;
mod restore;
mod restore_report;
mod rotate_key;
mod undo_move;

use crate::cli::{Command, KeyCommand};
use crate::command_error::CommandError;
use crate::serve;

/// Runs a command.
///
/// # Errors
/// Returns [`CommandError`] if the command fails.
pub async fn run(command: &Command) -> Result<(), CommandError> {
    match command {
        Command::Serve(options) => serve::serve(options).await,
        Command::Account(command) => accounts::run(command).await,
        Command::App(command) => apps::run(command).await,
        Command::SupportAgent(command) => accounts::run_support_agent(command).await,
        Command::Jobs(command) => jobs::run(command).await,
        Command::Check(options) => check::run(options).await,
        Command::Backup(options) => backup::run(options).await,
        Command::Restore(options) => restore::run(options).await,
        Command::UndoMove(options) => undo_move::run(options).await,
        Command::Key(KeyCommand::Rotate(options)) => rotate_key::run(options).await,
    }
}
