//! The options of the operator commands.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use padlock_domain::account::parse_display_name;
use padlock_domain::{JobId, Login, Slug};

use super::database::DatabaseUrlParser;
use super::serve::ServeOptions;
use crate::store::DatabaseUrl;

/// The options that name an installation.
#[derive(Debug, Args)]
pub struct InstallationOptions {
    /// The data folder.
    #[arg(long = "data", env = "PADLOCK_DATA", value_name = "FOLDER", default_value = "./data")]
    pub folder: PathBuf,

    /// The database, as for `serve` [default: padlock.db in the data folder].
    #[arg(long, env = "PADLOCK_DATABASE", value_name = "URL", hide_env_values = true, value_parser = DatabaseUrlParser)]
    pub database: Option<DatabaseUrl>,
}

/// The option for the key file.
#[derive(Debug, Args)]
pub struct KeyFileOption {
    /// The key file [default: the name of the data folder with .key, beside it].
    #[arg(long, env = "PADLOCK_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

/// Accounts. The commands work beside a running server, and take effect with the next request.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Create an account. The password is typed at the terminal, or is the first line of the standard input.
    #[command(after_help = "Examples:
  padlock-server account add tess@example.net --name 'Tess Tanaka'
      Asks for the password twice, without echo.
  pwgen -s 20 1 | padlock-server account add tess@example.net --name 'Tess Tanaka'
      From a script. The password is never an argument, where a list of processes would show it.")]
    Add(AddAccountOptions),

    /// Set the password of an account and end its sessions. Its second factor stays.
    #[command(after_help = "Example:
  padlock-server account set-password tess@example.net")]
    SetPassword(ExistingAccount),

    /// List every account: login, name, disabled, second factor, roles.
    #[command(after_help = "Example:
  padlock-server account list")]
    List(InstallationOptions),

    /// Disable an account and end its sessions.
    #[command(after_help = "Example:
  padlock-server account disable dana@example.net")]
    Disable(ExistingAccount),

    /// Enable a disabled account.
    #[command(after_help = "Example:
  padlock-server account enable dana@example.net")]
    Enable(ExistingAccount),
}

/// Options of `account add`.
#[derive(Debug, Args)]
pub struct AddAccountOptions {
    /// The email address of the person, which receives codes and notifications.
    #[arg(value_parser = Login::parse_new)]
    pub login: Login,

    /// The name of the person, as others see it.
    #[arg(long, value_name = "NAME", value_parser = parse_display_name)]
    pub name: String,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub data: InstallationOptions,
}

/// Options of commands for one account.
#[derive(Debug, Args)]
pub struct ExistingAccount {
    /// The login of the account.
    pub login: Login,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub data: InstallationOptions,
}

/// Apps and teams.
#[derive(Debug, Subcommand)]
pub enum AppCommand {
    /// Create an app with Test, Acceptance and Production, of which Production is protected.
    #[command(after_help = "Example:
  padlock-server app add shop --name Shop --technical-contact tess@example.net \\
      --member dana@example.net=test,acceptance --member ines@example.net
      Dana gets the usual permissions on Test and Acceptance, Ines none yet. The usual permissions
      are all but Manage Permissions and, on protected environments, API Rights.")]
    Add(AddAppOptions),

    /// Add a member to the team of an app.
    #[command(after_help = "Example:
  padlock-server app add-member shop omar@example.net=test,acceptance,production")]
    AddMember(AddMemberOptions),
}

/// Options of `app add`.
#[derive(Debug, Args)]
pub struct AddAppOptions {
    /// The name of the app in addresses: lower-case letters, digits and single hyphens.
    pub slug: Slug,

    /// The display name [default: the name in addresses].
    #[arg(long, value_name = "NAME", value_parser = parse_display_name)]
    pub name: Option<String>,

    /// The login of the person who holds every permission in the app.
    #[arg(long, value_name = "LOGIN")]
    pub technical_contact: Login,

    /// Another member, and the environments on which they get the usual permissions. May be given several times.
    #[arg(long = "member", value_name = "LOGIN[=ENV,…]")]
    pub members: Vec<Member>,

    /// Allow any package on any environment, not only on the next one.
    #[arg(long)]
    pub free_promotion: bool,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub data: InstallationOptions,
}

/// Options of `app add-member`.
#[derive(Debug, Args)]
pub struct AddMemberOptions {
    /// The name of the app in addresses.
    pub app: String,

    /// The member, and the environments on which they get the usual permissions.
    #[arg(value_name = "LOGIN[=ENV,…]")]
    pub member: Member,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub data: InstallationOptions,
}

/// A member and their environments: `dana@example.net=test,acceptance`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The login of the account.
    pub login: Login,
    /// The slugs of the environments.
    pub environments: Vec<String>,
}

impl std::str::FromStr for Member {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A login may contain an equals sign, the slugs cannot.
        let (login, slugs) = text.rsplit_once('=').unwrap_or((text, ""));
        let login = login.parse().map_err(|error: padlock_domain::account::InvalidLogin| error.to_string())?;
        let slugs = slugs.split(',').map(str::trim).filter(|slug| !slug.is_empty());
        Ok(Self { login, environments: slugs.map(str::to_owned).collect() })
    }
}

/// Support agents. The portal has no pages for them yet.
#[derive(Debug, Subcommand)]
pub enum SupportAgentCommand {
    /// Make the owner of an account a support agent.
    #[command(after_help = "Example:
  padlock-server support-agent add sam@example.net")]
    Add(ExistingAccount),

    /// Make the owner of an account an ordinary user again.
    #[command(after_help = "Example:
  padlock-server support-agent remove sam@example.net")]
    Remove(ExistingAccount),
}

/// Options of `check`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  padlock-server check --hashes
      With the settings of the service in the environment, as for `serve`. Exits with 1 if something is wrong.")]
pub struct CheckOptions {
    /// Compare the hash of every package file, not only its size.
    #[arg(long)]
    pub hashes: bool,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub serve: ServeOptions,
}

/// Options of `backup`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  padlock-server backup /backups/padlock-$(date +%F).backup
  padlock-server backup --move /tmp/padlock.backup
      With the server stopped, to move the installation to another machine or another database.")]
pub struct BackupOptions {
    /// The file to write. An existing file is never overwritten.
    pub file: PathBuf,

    /// Write what is under way too, such as sessions and waiting jobs, for `restore --move`. The server must be stopped.
    #[arg(long = "move")]
    pub is_move: bool,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub data: InstallationOptions,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub key: KeyFileOption,
}

/// Options of `restore`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  padlock-server restore /backups/padlock-2026-11-24.backup --data /var/lib/padlock/data --damaged /var/lib/padlock/old
      After a disaster. Recovery codes do not work any more, everybody has to sign in anew, and accounts that were
      disabled since are disabled again.
  padlock-server restore --move /tmp/padlock.backup --data new --key-file data.key --database postgres://…
      From SQLite to PostgreSQL. Everything goes on as before.")]
pub struct RestoreOptions {
    /// The backup.
    pub file: PathBuf,

    /// Move an installation: keep everything, as `backup --move` wrote it. The old one must not be used any more.
    #[arg(long = "move", conflicts_with_all = ["damaged", "damaged_database", "unauthenticated", "leave_enabled"])]
    pub is_move: bool,

    /// The data folder of the installation that the backup replaces, to compare which accounts were disabled.
    #[arg(long, value_name = "FOLDER")]
    pub damaged: Option<PathBuf>,

    /// The database of the installation that the backup replaces [default: padlock.db in its data folder].
    #[arg(long, env = "PADLOCK_DAMAGED_DATABASE", value_name = "URL", hide_env_values = true, value_parser = DatabaseUrlParser)]
    pub damaged_database: Option<DatabaseUrl>,

    /// Go on although the damaged installation can be read only in part, or not at all.
    #[arg(long)]
    pub accept_unreadable: bool,

    /// Leave accounts enabled that were disabled after the backup. Otherwise the command asks; without a terminal, it
    /// disables them.
    #[arg(long)]
    pub leave_enabled: bool,

    /// Accept a backup of an earlier version, which nothing authenticates: whoever could write the file decides who can
    /// sign in.
    #[arg(long)]
    pub unauthenticated: bool,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub data: InstallationOptions,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub key: KeyFileOption,
}

/// Jobs: what the server does after a change, such as sending an email.
#[derive(Debug, Subcommand)]
pub enum JobsCommand {
    /// List the jobs that are not done: those that have failed, then those that wait.
    #[command(after_help = "Example:
  padlock-server jobs list
      One line each: the id, the kind, its state, how often it was tried, and why the last attempt failed.")]
    List(InstallationOptions),

    /// Let jobs that have failed run again, for a day.
    #[command(after_help = "Examples:
  padlock-server jobs retry 01a22ce8-1c83-7b6b-83a1-b8179cf87b32
  padlock-server jobs retry --all
      After the mail server was repaired.")]
    Retry(RetryJobsOptions),

    /// Remove a job that does not run. What it would have done is not done.
    #[command(after_help = "Example:
  padlock-server jobs drop 01a22ce8-1c83-7b6b-83a1-b8179cf87b32")]
    Drop(DropJobOptions),
}

/// Options of `jobs retry`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").args(["id", "all"]).required(true)))]
pub struct RetryJobsOptions {
    /// The id of the job, as `jobs list` shows it.
    #[arg(value_parser = job_id)]
    pub id: Option<JobId>,

    /// Every job that has failed.
    #[arg(long)]
    pub all: bool,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub data: InstallationOptions,
}

/// Options of `jobs drop`.
#[derive(Debug, Args)]
pub struct DropJobOptions {
    /// The id of the job, as `jobs list` shows it.
    #[arg(value_parser = job_id)]
    pub id: JobId,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub data: InstallationOptions,
}

fn job_id(text: &str) -> Result<JobId, &'static str> {
    text.parse().map_err(|_| "must be an id that `jobs list` shows")
}

/// Encryption keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Create a new key and encrypt every secret with it. The server must be stopped.
    ///
    /// A killed rotation loses nothing: the key file contains the old and the new key until every secret is encrypted
    /// anew, in one transaction. Run the command again to continue.
    #[command(after_help = "Example:
  systemctl stop padlock && padlock-server key rotate && systemctl start padlock
      The old key stays in the file for older backups. --forget-old removes it.")]
    Rotate(RotateOptions),
}

/// Options of `key rotate`.
#[derive(Debug, Args)]
pub struct RotateOptions {
    /// Remove keys that no secret needs any more from the key file. Older backups cannot be restored without them.
    #[arg(long)]
    pub forget_old: bool,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub data: InstallationOptions,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show the comment as help")]
    pub key: KeyFileOption,
}
