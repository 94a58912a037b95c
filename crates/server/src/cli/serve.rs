//! The options of `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use padlock_domain::session::{MIN_WINDOW_IDLE, WINDOW_LIFETIME};

use super::database::DatabaseUrlParser;
use crate::http::{Origin, ProxyNetwork};
use crate::runtime::AppsUrl;
use crate::store::DatabaseUrl;

/// Options of `serve`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
#[command(after_help = "Examples:
  padlock-server serve --demo
      A portal to try out, with people, apps and packages in it, at http://localhost:8080.
  padlock-server serve --public-url https://padlock.example.net --apps-url 'https://{env}--{app}.example.org'
      Behind a proxy that terminates TLS. The environments need a domain of their own.")]
pub struct ServeOptions {
    /// Serve a demo with accounts, apps and packages. It listens on this machine only, and keeps its data folder apart
    /// from real ones.
    #[arg(long, env = "PADLOCK_DEMO", value_parser = BoolishValueParser::new())]
    pub demo: bool,

    /// The address that the portal listens on.
    #[arg(long, env = "PADLOCK_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = address)]
    pub listen: SocketAddr,

    /// The address that the environments listen on.
    #[arg(long, env = "PADLOCK_APPS_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8081", value_parser = address)]
    pub apps_listen: SocketAddr,

    /// The data folder: database, packages, unpacked sites. Created if it is missing.
    #[arg(long, env = "PADLOCK_DATA", value_name = "FOLDER", default_value = "./data")]
    pub data: PathBuf,

    /// The database: sqlite:FILE, or postgres://user:password@host/name for PostgreSQL 15 or later [default: padlock.db in
    /// the data folder]. Prefer the environment variable, which no list of processes shows.
    #[arg(long, env = "PADLOCK_DATABASE", value_name = "URL", hide_env_values = true, value_parser = DatabaseUrlParser)]
    pub database: Option<DatabaseUrl>,

    /// The file with the keys that decrypt the secrets in the database [default: the name of the data folder with .key,
    /// beside it]. Created if it is missing. Keep a copy, apart from copies of the data.
    #[arg(long, env = "PADLOCK_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,

    /// The folder of the single-page app, as built by `cargo xtask build`.
    #[arg(long, env = "PADLOCK_DIST", value_name = "FOLDER", default_value = "./dist")]
    pub dist: PathBuf,

    /// The address of the portal in browsers [default: http://localhost and the port]. Other host names redirect to it.
    #[arg(long, env = "PADLOCK_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Origin>,

    /// The addresses of environments [default: http://{env}--{app}.localhost and the port]. They must be on another site
    /// than the portal, so that no deployed package can act as the portal. {app}--{env}, {env}.{app} and {app}.{env} work
    /// too; the patterns with a dot need a wildcard certificate for each app or environment.
    #[arg(long, env = "PADLOCK_APPS_URL", value_name = "URL")]
    pub apps_url: Option<AppsUrl>,

    /// The proxies in front of the portal, as comma-separated addresses and networks: 127.0.0.1,10.0.0.0/8 [default:
    /// none]. The client address is the last one in X-Forwarded-For that is not a proxy. The header is ignored in
    /// requests from anybody else.
    #[arg(long, env = "PADLOCK_TRUSTED_PROXIES", value_name = "ADDRESSES", value_delimiter = ',')]
    pub trusted_proxies: Vec<ProxyNetwork>,

    /// The name of the portal in authenticator apps and emails.
    #[arg(long, env = "PADLOCK_NAME", value_name = "NAME", default_value = "Padlock", value_parser = name)]
    pub name: String,

    /// What the first enrolment of a second factor requires: the password and a mailed code, or only the password
    /// [default: mail; password in the demo].
    #[arg(long, env = "PADLOCK_FIRST_BINDING", value_name = "WHAT")]
    pub first_binding: Option<FirstBindingOption>,

    /// Close an open padlock after this many minutes without a padlocked operation, at least 5 [default: only after its
    /// eight hours].
    #[arg(
        long,
        env = "PADLOCK_STEP_UP_IDLE",
        value_name = "MINUTES",
        value_parser = clap::value_parser!(u16).range(MIN_WINDOW_IDLE.as_mins()..=WINDOW_LIFETIME.as_mins())
    )]
    pub step_up_idle: Option<u16>,

    /// How many uploads one account may begin within an hour.
    #[arg(
        long,
        env = "PADLOCK_UPLOADS_PER_HOUR",
        value_name = "NUMBER",
        default_value_t = padlock_api::DEFAULT_UPLOADS_PER_HOUR,
        value_parser = clap::value_parser!(u32).range(1..=100_000)
    )]
    pub uploads_per_hour: u32,

    /// The mail server for emails: smtps://user:password@mail.example.net. Prefer the environment variable, which no
    /// list of processes shows.
    #[arg(long, env = "PADLOCK_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// The sender of emails.
    #[arg(long, env = "PADLOCK_MAIL_FROM", value_name = "ADDRESS", requires = "smtp_url")]
    pub mail_from: Option<lettre::message::Mailbox>,

    /// The address that serves Prometheus metrics at /metrics [default: none]. They identify nobody, but should not be
    /// reachable from other networks.
    #[arg(long, env = "PADLOCK_METRICS_LISTEN", value_name = "ADDRESS", value_parser = address)]
    pub metrics_listen: Option<SocketAddr>,

    /// The format of the log [default: human on a terminal, otherwise json].
    #[arg(long, env = "PADLOCK_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,

    /// The least severe level in the log.
    #[arg(long, env = "PADLOCK_LOG_LEVEL", value_name = "LEVEL", default_value = "info")]
    pub log_level: LogLevel,
}

/// What the first enrolment of a second factor requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FirstBindingOption {
    /// The password, and a code mailed to the account's address.
    Mail,
    /// The password.
    Password,
}

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Human,
    /// JSON objects, one a line.
    Json,
}

/// The least severe level in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// Failures.
    Error,
    /// Also what may need attention.
    Warn,
    /// Also one line for each request.
    Info,
    /// Also details for developers.
    Debug,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "must be an IP address and a port, like 127.0.0.1:8080")
}

/// Refuses colons, which end the name in the label of an authenticator app.
fn name(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let valid = (1..=40).contains(&text.chars().count()) && !text.chars().any(|c| c == ':' || c.is_control());
    valid.then(|| text.to_owned()).ok_or("must be 1 to 40 characters without a colon")
}
