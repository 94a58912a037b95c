//! The log: to stderr, for a person or a machine.

use std::io::{IsTerminal, stderr};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::cli::{LogFormat, LogLevel};
use crate::metrics::{Counting, Metrics};

/// What the log calls our crates, and requests.
const OURS: [&str; 3] = ["padlock", "padlock_api", "padlock_server"];

/// Begins to log, and to count what is logged into these metrics, whatever of it is written.
pub fn begin(format: Option<LogFormat>, level: LogLevel, metrics: &Metrics) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    // Of others' crates only what is wrong: their details may hold what must never be logged.
    let ours = OURS.map(|ours| (ours, level));
    let filter = Targets::new().with_default(level.min(LevelFilter::WARN)).with_targets(ours);
    let terminal = stderr().is_terminal();
    let layer = match format {
        Some(LogFormat::Json) => fmt::layer().json().flatten_event(true).with_writer(stderr).boxed(),
        None if !terminal => fmt::layer().json().flatten_event(true).with_writer(stderr).boxed(),
        Some(LogFormat::Human) | None => fmt::layer().with_ansi(terminal).with_writer(stderr).boxed(),
    };
    // A second server in one process (tests) logs with the first one's settings.
    let _ = tracing_subscriber::registry()
        .with(layer.with_filter(filter))
        .with(
            Counting::new(metrics.clone())
                .with_filter(Targets::new().with_targets(OURS.map(|ours| (ours, LevelFilter::INFO)))),
        )
        .try_init();
}
