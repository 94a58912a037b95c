//! What the operator does besides `serve`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use padlock_domain::account::{Login, parse_name};
use padlock_domain::slug::Slug;

use super::Serve;

/// Which installation.
#[derive(Debug, Args)]
pub struct Where {
    /// The data folder.
    #[arg(long, env = "PADLOCK_DATA", value_name = "FOLDER", default_value = "./data")]
    pub data: PathBuf,
}

/// Which key file.
#[derive(Debug, Args)]
pub struct KeyFile {
    /// The key file [default: the data folder's name and .key, beside it].
    #[arg(long, env = "PADLOCK_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

/// Accounts. The commands work beside a server that runs, and bite on the next request.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Make an account. The password is asked for, or is the first line of the standard input.
    #[command(after_help = "Examples:
  padlock-server account add tess@example.net --name 'Tess Tanaka'
      Asks for the password, twice, and shows nothing of it.
  pwgen -s 20 1 | padlock-server account add tess@example.net --name 'Tess Tanaka'
      From a script: the password is never among the arguments, where a list of processes would show it.")]
    Add(AddAccount),

    /// Give an account another password, and end its sessions. Its second factor stays.
    #[command(after_help = "Example:
  padlock-server account set-password tess@example.net")]
    SetPassword(OneAccount),

    /// Show every account: login, name, whether it may sign in, second factor, what it is.
    #[command(after_help = "Example:
  padlock-server account list")]
    List(Where),

    /// Keep an account from signing in, and end its sessions.
    #[command(after_help = "Example:
  padlock-server account disable dana@example.net")]
    Disable(OneAccount),

    /// Let a disabled account sign in again.
    #[command(after_help = "Example:
  padlock-server account enable dana@example.net")]
    Enable(OneAccount),
}

/// An account to be made.
#[derive(Debug, Args)]
pub struct AddAccount {
    /// The person's mail address: codes and letters go there.
    pub login: Login,

    /// The person's name, as others read it.
    #[arg(long, value_name = "NAME", value_parser = parse_name)]
    pub name: String,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub place: Where,
}

/// An account that there is.
#[derive(Debug, Args)]
pub struct OneAccount {
    /// Its login.
    pub login: Login,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub place: Where,
}

/// Apps and teams.
#[derive(Debug, Subcommand)]
pub enum AppCommand {
    /// Make an app with Test, Acceptance and Production, of which Production wears the padlock.
    #[command(after_help = "Example:
  padlock-server app add shop --name Shop --technical-contact tess@example.net \\
      --member dana@example.net=test,acceptance --member ines@example.net
      Dana gets the usual permissions on Test and Acceptance, Ines none yet. The usual ones are all but Manage
      Permissions and, on protected environments, API Rights.")]
    Add(AddApp),

    /// Take somebody into the team of an app.
    #[command(after_help = "Example:
  padlock-server app add-member shop omar@example.net=test,acceptance,production")]
    AddMember(AddMember),
}

/// An app to be made.
#[derive(Debug, Args)]
pub struct AddApp {
    /// Its name in addresses: lower-case letters, digits and hyphens.
    pub slug: Slug,

    /// Its name [default: the name in addresses].
    #[arg(long, value_name = "NAME", value_parser = parse_name)]
    pub name: Option<String>,

    /// The login of the one person who holds every permission in it.
    #[arg(long, value_name = "LOGIN")]
    pub technical_contact: Login,

    /// Who else is in the team, and on which environments with the usual permissions; may be given several times.
    #[arg(long = "member", value_name = "LOGIN[=ENV,…]")]
    pub members: Vec<Member>,

    /// Let any package go onto any environment, not only onto the next one.
    #[arg(long)]
    pub free_promotion: bool,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub place: Where,
}

/// Somebody to be taken into a team.
#[derive(Debug, Args)]
pub struct AddMember {
    /// The app's name in addresses.
    pub app: String,

    /// Whom, and on which environments with the usual permissions.
    #[arg(value_name = "LOGIN[=ENV,…]")]
    pub member: Member,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub place: Where,
}

/// `dana@example.net=test,acceptance`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Whose account.
    pub login: Login,
    /// The slugs of environments.
    pub on: Vec<String>,
}

impl std::str::FromStr for Member {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A login may have an equals sign of its own, an environment none.
        let (login, on) = text.rsplit_once('=').unwrap_or((text, ""));
        let login = login.parse().map_err(|error: padlock_domain::account::InvalidLogin| error.to_string())?;
        Ok(Self { login, on: on.split(',').map(str::trim).filter(|on| !on.is_empty()).map(str::to_owned).collect() })
    }
}

/// Support agents. The portal has no pages for them yet: the mark is kept for those.
#[derive(Debug, Subcommand)]
pub enum SupportAgentCommand {
    /// Make an account's owner a support agent.
    #[command(after_help = "Example:
  padlock-server support-agent add sam@example.net")]
    Add(OneAccount),

    /// Take it away again.
    #[command(after_help = "Example:
  padlock-server support-agent remove sam@example.net")]
    Remove(OneAccount),
}

/// What to look at.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  padlock-server check --hashes
      With the settings of the service in the environment, as `serve` has them. Ends with 1 if something is wrong.")]
pub struct Check {
    /// Read every package's file and compare its hash; without it, only its size.
    #[arg(long)]
    pub hashes: bool,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub serve: Serve,
}

/// Where to.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  padlock-server backup /backups/padlock-$(date +%F).zip")]
pub struct Backup {
    /// The file to write. One that is there already is never overwritten.
    pub file: PathBuf,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub place: Where,
}

/// Where from.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  padlock-server restore /backups/padlock-2026-11-24.zip --data /var/lib/padlock/data")]
pub struct Restore {
    /// The backup.
    pub file: PathBuf,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub place: Where,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub key: KeyFile,
}

/// Keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a new key and seal every secret anew with it. The server has to be stopped.
    ///
    /// Killed at any moment, it loses nothing: the key file has the old key and the new one until every secret is sealed
    /// anew, which is one transaction. Run it again, and it goes on.
    #[command(after_help = "Example:
  systemctl stop padlock && padlock-server key rotate && systemctl start padlock
      The old key stays in the file: older backups need it. --forget-old takes it out.")]
    Rotate(Rotate),
}

/// How to.
#[derive(Debug, Args)]
pub struct Rotate {
    /// Take out of the key file what no secret is sealed with any more. Backups made before cannot be opened then.
    #[arg(long)]
    pub forget_old: bool,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub place: Where,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take it for help")]
    pub key: KeyFile,
}
