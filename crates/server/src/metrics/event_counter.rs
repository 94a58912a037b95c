//! Counts log lines that have a field `event`, so that log and metrics agree.

use std::fmt::Debug;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::Metrics;

/// A tracing layer that counts events in [`Metrics`].
pub struct EventCounter(Metrics);

impl EventCounter {
    /// Creates a layer that counts in `metrics`.
    #[must_use]
    pub const fn new(metrics: Metrics) -> Self {
        Self(metrics)
    }
}

impl<S: Subscriber> Layer<S> for EventCounter {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = EventFields::default();
        event.record(&mut fields);
        if let Some(event) = fields.event {
            self.0.record_event(&event, fields.outcome.as_deref().unwrap_or_default());
        }
    }
}

#[derive(Default)]
struct EventFields {
    event: Option<String>,
    outcome: Option<String>,
}

impl Visit for EventFields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "event" => self.event = Some(value.to_owned()),
            "outcome" => self.outcome = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
