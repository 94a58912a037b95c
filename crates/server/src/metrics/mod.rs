//! Prometheus metrics, on a listener of their own.
//!
//! Every label has few values, all known at compile time: route patterns, methods, statuses, and the events and outcomes
//! of [`log_events`]. No label contains a name or what a client sent.

mod event_counter;
mod listener;
mod requests;

use std::collections::BTreeMap;
use std::sync::Arc;

use padlock_api::log_events;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

pub use event_counter::EventCounter;
pub use listener::router;
use requests::RequestMetrics;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EventLabels {
    event: &'static str,
    outcome: &'static str,
}

/// The metrics of a process. Clones share their counters.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    /// The requests of the portal.
    pub(crate) requests: RequestMetrics,
    events: Arc<BTreeMap<&'static str, BTreeMap<&'static str, Counter>>>,
    running_deployments: Gauge,
    oldest_waiting_job_seconds: Gauge,
    failed_jobs: Gauge,
}

/// What the database says about deployments and jobs.
#[derive(Debug, Clone, Copy, Default)]
struct JobGauges {
    running_deployments: i64,
    oldest_waiting_seconds: i64,
    failed: i64,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("padlock");
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The running version", build);
        let requests = RequestMetrics::register(&mut registry);
        let running_deployments = Gauge::default();
        registry.register("deployments_running", "Running deployments", running_deployments.clone());
        let oldest_waiting_job_seconds = Gauge::default();
        registry.register(
            "jobs_oldest_waiting_seconds",
            "How long the oldest job that could run has been waiting",
            oldest_waiting_job_seconds.clone(),
        );
        let failed_jobs = Gauge::default();
        registry.register("jobs_failed", "Jobs that have failed and are kept", failed_jobs.clone());
        let family = Family::<EventLabels, Counter>::default();
        registry.register("events", "Log lines with this event", family.clone());
        // Every counter starts at zero: an alert on a rate needs a sample before the first event.
        let counters = |&(event, outcomes): &(&'static str, &'static [&'static str])| {
            let outcomes = if outcomes.is_empty() { &[""] } else { outcomes };
            let counter = |outcome| family.get_or_create_owned(&EventLabels { event, outcome });
            (event, outcomes.iter().map(|&outcome| (outcome, counter(outcome))).collect())
        };
        let events = Arc::new(log_events::ALL.iter().map(counters).collect());
        Self {
            registry: Arc::new(registry),
            requests,
            events,
            running_deployments,
            oldest_waiting_job_seconds,
            failed_jobs,
        }
    }
}

impl Metrics {
    /// Records an event of [`log_events`] and ignores any other.
    fn record_event(&self, event: &str, outcome: &str) {
        if let Some(counter) = self.events.get(event).and_then(|outcomes| outcomes.get(outcome)) {
            counter.inc();
        }
    }

    /// Returns all metrics in the OpenMetrics text format.
    fn encode(&self, jobs: JobGauges) -> Result<String, std::fmt::Error> {
        self.running_deployments.set(jobs.running_deployments);
        self.oldest_waiting_job_seconds.set(jobs.oldest_waiting_seconds);
        self.failed_jobs.set(jobs.failed);
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn only_documented_events_are_counted() {
        let metrics = Metrics::default();
        let subscriber = tracing_subscriber::registry().with(EventCounter::new(metrics.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(event = log_events::SIGN_IN, outcome = "wrong_credentials", "one");
            tracing::warn!(event = log_events::DISK_FULL, "two");
            tracing::info!(event = log_events::SIGN_IN, outcome = "tess@padlock.example", "unknown outcome");
            tracing::info!(event = "made_up", "neither");
            tracing::info!("no event");
        });
        let text = metrics.encode(JobGauges { running_deployments: 3, oldest_waiting_seconds: 60, failed: 2 }).unwrap();
        assert!(text.contains(r#"padlock_events_total{event="sign_in",outcome="wrong_credentials"} 1"#), "{text}");
        assert!(text.contains(r#"padlock_events_total{event="disk_full",outcome=""} 1"#), "{text}");
        assert!(text.contains(r#"padlock_events_total{event="deployment",outcome="failed"} 0"#), "{text}");
        assert!(!text.contains("tess") && !text.contains("made_up"), "{text}");
        for gauge in
            ["padlock_deployments_running 3", "padlock_jobs_oldest_waiting_seconds 60", "padlock_jobs_failed 2"]
        {
            assert!(text.contains(gauge), "{text}");
        }
        assert!(text.contains(r#"padlock_build_info{version=""#), "{text}");
    }
}
