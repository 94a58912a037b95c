//! The log: to stderr, for a person or a machine.

use std::io::{IsTerminal, stderr};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::cli::{LogFormat, LogLevel};

/// Begins to log.
pub fn begin(format: Option<LogFormat>, level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    // Of others' crates only what is wrong: their details may hold what must never be logged.
    let ours = [("padlock", level), ("padlock_api", level), ("padlock_server", level)];
    let filter = Targets::new().with_default(level.min(LevelFilter::WARN)).with_targets(ours);
    let terminal = stderr().is_terminal();
    let layer = match format {
        Some(LogFormat::Json) => fmt::layer().json().flatten_event(true).with_writer(stderr).boxed(),
        None if !terminal => fmt::layer().json().flatten_event(true).with_writer(stderr).boxed(),
        Some(LogFormat::Human) | None => fmt::layer().with_ansi(terminal).with_writer(stderr).boxed(),
    };
    // A second server in one process (tests) logs with the first one's settings.
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
}
