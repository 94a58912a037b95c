//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::http::Origin;
use crate::runtime::AppsUrl;

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
    Serve(Serve),
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

    /// How the log is written [default: human on a terminal, json elsewhere].
    #[arg(long, env = "PADLOCK_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,

    /// From which level on the log is written.
    #[arg(long, env = "PADLOCK_LOG_LEVEL", value_name = "LEVEL", default_value = "info")]
    pub log_level: LogLevel,
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
