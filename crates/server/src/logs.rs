//! The log on stderr, as text or JSON.

use std::io::{IsTerminal, stderr};

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::cli::{LogFormat, LogLevel};
use crate::metrics::{EventCounter, Metrics};

/// The targets of our own crates and of requests.
const OWN_TARGETS: [&str; 3] = ["padlock", "padlock_api", "padlock_server"];

/// Starts the log, and counts its events in `metrics` at any level.
pub fn init(format: Option<LogFormat>, level: LogLevel, metrics: &Metrics) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    // Dependencies log warnings at most: their details may contain secrets.
    let filter = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_targets(OWN_TARGETS.map(|target| (target, level)));
    let terminal = stderr().is_terminal();
    let layer = match format.unwrap_or(if terminal { LogFormat::Human } else { LogFormat::Json }) {
        LogFormat::Json => fmt::layer().json().flatten_event(true).with_current_span(false).with_writer(stderr).boxed(),
        LogFormat::Human => fmt::layer().with_ansi(terminal).with_writer(stderr).boxed(),
    };
    // Not `Targets`, which would create spans that nothing logs.
    let counted = |metadata: &Metadata<'_>| {
        metadata.is_event()
            && *metadata.level() <= Level::INFO
            && OWN_TARGETS.iter().any(|target| metadata.target().starts_with(target))
    };
    let events = filter_fn(counted).with_max_level_hint(LevelFilter::INFO);
    // Fails for a second server in one process (tests), which logs with the settings of the first.
    let _ = tracing_subscriber::registry()
        .with(layer.with_filter(filter))
        .with(EventCounter::new(metrics.clone()).with_filter(events))
        .try_init();
}
