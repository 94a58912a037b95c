//! The command line.

mod database;
mod operator;
mod serve;

use clap::{Parser, Subcommand};

pub use operator::{AccountCommand, AddAccountOptions, ExistingAccount};
pub use operator::{AddAppOptions, AddMemberOptions, AppCommand, Member, SupportAgentCommand};
pub use operator::{BackupOptions, CheckOptions, KeyCommand, RestoreOptions, RotateOptions};
pub use operator::{DropJobOptions, JobsCommand, RetryJobsOptions};
pub use operator::{InstallationOptions, KeyFileOption};
pub use serve::{FirstBindingOption, LogFormat, LogLevel, ServeOptions};

/// Padlock: a developer portal that protects production with a second factor.
///
/// All data is in one folder. The server has two listeners: one for the portal, one for the environments.
#[derive(Debug, Parser)]
#[command(name = "padlock-server", version, arg_required_else_help = true, subcommand_required = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands of the program.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the portal and the environments until Ctrl-C or SIGTERM.
    ///
    /// Every option can be an environment variable; the option takes precedence.
    Serve(Box<ServeOptions>),

    /// Create accounts, set their passwords, disable them.
    #[command(subcommand)]
    Account(AccountCommand),

    /// Create apps and add members to their teams.
    #[command(subcommand)]
    App(AppCommand),

    /// Appoint support agents.
    #[command(subcommand)]
    SupportAgent(SupportAgentCommand),

    /// List, retry and drop jobs: what the server does after a change, such as sending an email.
    #[command(subcommand)]
    Jobs(JobsCommand),

    /// Check settings, keys, database, packages and free disk space.
    ///
    /// Takes the settings of `serve`. Changes nothing, except that it migrates the database of an older version, as the
    /// first start does. May run beside the server.
    Check(Box<CheckOptions>),

    /// Write a backup into one file, also while the server runs.
    ///
    /// The file contains the database and every package, each with its hash. It contains no sessions and not the key
    /// file. Keep a copy of the key file elsewhere, since both together decrypt every secret; `restore` needs it.
    Backup(BackupOptions),

    /// Create a data folder from a backup.
    ///
    /// The folder must be empty or missing. It becomes a data folder after everything in it was checked; until then no
    /// server starts on it. After an interruption, run the same command again.
    Restore(RestoreOptions),

    /// Go on with an installation that `backup --move` has marked as moved.
    UndoMove(InstallationOptions),

    /// Rotate the key that encrypts secrets in the database.
    #[command(subcommand)]
    Key(KeyCommand),
}
