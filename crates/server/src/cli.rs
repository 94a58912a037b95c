//! The command line: `serve` here, what the operator does besides in [`operator`].

mod operator;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::http::{Network, Origin};
use crate::runtime::AppsUrl;

pub use operator::{AccountCommand, AppCommand, Backup, Check, KeyCommand, Restore, SupportAgentCommand};
pub use operator::{AddAccount, AddApp, AddMember, KeyFile, Member, OneAccount, Rotate, Where};

/// Padlock: a developer portal whose production wears a padlock.
///
/// Everything that it keeps lies in one folder, and two listeners serve it: the portal's and the environments'.
#[derive(Debug, Parser)]
#[command(name = "padlock-server", version, arg_required_else_help = true, subcommand_required = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the server can be told to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the portal and the environments until Ctrl-C or SIGTERM.
    ///
    /// Every option can be given as an environment variable too; the option wins.
    Serve(Box<Serve>),

    /// Make accounts, give them another password, disable them.
    #[command(subcommand)]
    Account(AccountCommand),

    /// Make apps, and take people into their teams.
    #[command(subcommand)]
    App(AppCommand),

    /// Say who is a support agent.
    #[command(subcommand)]
    SupportAgent(SupportAgentCommand),

    /// Look whether everything is in order: settings, keys, database, packages, room on the disk.
    ///
    /// Takes the settings of `serve`, and looks at what they name. Changes nothing, unless the database is an older version's:
    /// its tables are brought up to date, as at the first start. May run beside the server.
    Check(Box<Check>),

    /// Write everything that is kept into one file, also while the server runs.
    ///
    /// The file has the database and every package, each with its hash. It has no sessions, and not the key file: keep a
    /// copy of that elsewhere, since both together open every secret. `restore` needs it.
    Backup(Backup),

    /// Make a data folder from a backup.
    ///
    /// The folder must be empty or not be there. Everything is checked before the folder becomes a data folder: until
    /// then no server starts on it, and the same command begins anew.
    Restore(Restore),

    /// Exchange the key that seals secrets in the database.
    #[command(subcommand)]
    Key(KeyCommand),
}

/// How to serve.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
#[command(after_help = "Examples:
  padlock-server serve --demo
      A portal to try out, with people, apps and packages in it, at http://localhost:8080.
  padlock-server serve --public-url https://padlock.example.net --apps-url 'https://{env}.{app}.example.org'
      Behind a proxy that ends https. The environments need a domain of their own.")]
pub struct Serve {
    /// Make a demo: accounts, apps and packages to try everything with. Only for this machine: refuses to listen
    /// beyond it, and keeps its data folder apart from real ones.
    #[arg(long, env = "PADLOCK_DEMO", value_parser = BoolishValueParser::new())]
    pub demo: bool,

    /// Where the portal listens.
    #[arg(long, env = "PADLOCK_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = address)]
    pub listen: SocketAddr,

    /// Where the environments listen.
    #[arg(long, env = "PADLOCK_APPS_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8081", value_parser = address)]
    pub apps_listen: SocketAddr,

    /// The folder of everything that is kept: database, packages, unpacked sites. Made if it is not there.
    #[arg(long, env = "PADLOCK_DATA", value_name = "FOLDER", default_value = "./data")]
    pub data: PathBuf,

    /// The file with the keys that open the secrets in the database [default: the data folder's name and .key, beside it].
    /// Made if it is not there. Keep a copy, apart from copies of the data.
    #[arg(long, env = "PADLOCK_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,

    /// The folder of the single-page app, as `cargo xtask build` leaves it.
    #[arg(long, env = "PADLOCK_DIST", value_name = "FOLDER", default_value = "./dist")]
    pub dist: PathBuf,

    /// The address that people type to reach the portal [default: http://localhost and the port]. Other host names are
    /// sent there.
    #[arg(long, env = "PADLOCK_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Origin>,

    /// The addresses of environments [default: http://{env}.{app}.localhost and the port]. Another site than the
    /// portal's, so that no deployed package can act as the portal.
    #[arg(long, env = "PADLOCK_APPS_URL", value_name = "URL")]
    pub apps_url: Option<AppsUrl>,

    /// The proxies in front of the portal, as addresses and networks with commas between: 127.0.0.1,10.0.0.0/8 [default:
    /// none]. A client's address is the last in X-Forwarded-For that is none of them; from anybody else that header is
    /// not read.
    #[arg(long, env = "PADLOCK_TRUSTED_PROXIES", value_name = "ADDRESSES", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,

    /// What the portal is called in authenticator apps and letters.
    #[arg(long, env = "PADLOCK_NAME", value_name = "NAME", default_value = "Padlock", value_parser = name)]
    pub name: String,

    /// What a first enrolment of a second factor takes: the password and a mailed code, or the password alone [default:
    /// mail; password in the demo].
    #[arg(long, env = "PADLOCK_FIRST_BINDING", value_name = "WHAT")]
    pub first_binding: Option<Binding>,

    /// Close an open padlock after so many minutes without a padlocked operation, from 5 on [default: not before its
    /// eight hours].
    #[arg(long, env = "PADLOCK_STEP_UP_IDLE", value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(5..=480))]
    pub step_up_idle: Option<u16>,

    /// The mail server that letters go out by: smtps://user:password@mail.example.net. Better given as an environment
    /// variable, where no list of processes shows it.
    #[arg(long, env = "PADLOCK_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// Whom letters come from.
    #[arg(long, env = "PADLOCK_MAIL_FROM", value_name = "ADDRESS", requires = "smtp_url")]
    pub mail_from: Option<lettre::message::Mailbox>,

    /// Where numbers for Prometheus are shown, at /metrics [default: nowhere]. They name nobody, but should be nobody's
    /// business beyond this machine or network.
    #[arg(long, env = "PADLOCK_METRICS_LISTEN", value_name = "ADDRESS", value_parser = address)]
    pub metrics_listen: Option<SocketAddr>,

    /// How the log is written [default: human on a terminal, json elsewhere].
    #[arg(long, env = "PADLOCK_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,

    /// From which level on the log is written.
    #[arg(long, env = "PADLOCK_LOG_LEVEL", value_name = "LEVEL", default_value = "info")]
    pub log_level: LogLevel,
}

/// What a first enrolment takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Binding {
    /// The password, and a code mailed to the account's address.
    Mail,
    /// The password.
    Password,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line for a person.
    Human,
    /// An object a line.
    Json,
}

/// From which level on the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// What failed.
    Error,
    /// What may need someone's attention, too.
    Warn,
    /// One line a request, too.
    Info,
    /// More than anyone wants to read in operation.
    Debug,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "must be an IP address and a port, like 127.0.0.1:8080")
}

/// A colon would end it in an authenticator app's label.
fn name(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let fits = (1..=40).contains(&text.chars().count()) && !text.chars().any(|c| c == ':' || c.is_control());
    fits.then(|| text.to_owned()).ok_or("must be 1 to 40 characters without a colon")
}
