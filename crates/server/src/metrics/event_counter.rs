//! Counts lines of the log that have an `event`, so that log and metrics never say different things.

use std::fmt::Debug;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::Metrics;

/// A layer of the log that writes nothing.
pub struct Counting(Metrics);

impl Counting {
    /// One that counts into these.
    #[must_use]
    pub const fn new(metrics: Metrics) -> Self {
        Self(metrics)
    }
}

impl<S: Subscriber> Layer<S> for Counting {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut words = Words::default();
        event.record(&mut words);
        if let Some(event) = words.event {
            self.0.happened(&event, words.outcome.as_deref().unwrap_or_default());
        }
    }
}

#[derive(Default)]
struct Words {
    event: Option<String>,
    outcome: Option<String>,
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "event" => self.event = Some(value.to_owned()),
            "outcome" => self.outcome = Some(value.to_owned()),
            _ => {}
        }
    }

    /// Anything but text is no word.
    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
