//! Prometheus metrics, on a listener of their own.
//!
//! Every label has few values, all known at compile time: route patterns, methods, statuses, and the events and outcomes
//! of [`log_events`]. No label contains a name or what a client sent.

mod event_counter;
mod listener;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use padlock_api::log_events;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

pub use event_counter::EventCounter;
pub use listener::router;

/// From responses out of memory to password hashing under load.
const DURATION_BUCKETS_SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EventLabels {
    event: &'static str,
    outcome: &'static str,
}

/// The metrics of a process. Clones share their counters.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    events: Arc<BTreeMap<(&'static str, &'static str), Counter>>,
    jobs: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("padlock");
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The running version", build);
        let requests = Family::default();
        registry.register("requests", "Responses of the portal", requests.clone());
        let durations = Family::new_with_constructor(histogram as fn() -> Histogram);
        let help = "Time until the response head";
        registry.register_with_unit("request_duration", help, Unit::Seconds, durations.clone());
        let jobs = Gauge::default();
        registry.register("jobs_running", "Running deployments", jobs.clone());
        let family = Family::<EventLabels, Counter>::default();
        registry.register("events", "Log lines with this event", family.clone());
        // Every counter starts at zero: an alert on a rate needs a sample before the first event.
        let each = |(event, outcomes): &(&'static str, &'static [&'static str])| {
            let outcomes = if outcomes.is_empty() { &[""][..] } else { outcomes };
            outcomes.iter().map(|outcome| (*event, *outcome)).collect::<Vec<_>>()
        };
        let all = log_events::ALL.iter().flat_map(each);
        let events =
            all.map(|(event, outcome)| ((event, outcome), family.get_or_create_owned(&EventLabels { event, outcome })));
        let events = Arc::new(events.collect());
        Self { registry: Arc::new(registry), requests, durations, events, jobs }
    }
}

fn histogram() -> Histogram {
    Histogram::new(DURATION_BUCKETS_SECONDS)
}

impl Metrics {
    /// Records a request. `route` must be a pattern from the code.
    pub(crate) fn record_request(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let (method, status) = (method_label(method), status.as_u16());
        self.requests.get_or_create(&RequestLabels { method, route: route.to_owned(), status }).inc();
        self.durations.get_or_create(&RouteLabels { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// Records an event of [`log_events`] and ignores any other.
    fn record_event(&self, event: &str, outcome: &str) {
        // `get` would require keys of the static lifetime.
        let known = self.events.iter().find(|((e, o), _)| *e == event && *o == outcome);
        if let Some((_, counter)) = known {
            counter.inc();
        }
    }

    /// Returns all metrics in the OpenMetrics text format.
    fn encode(&self, jobs: usize) -> Result<String, std::fmt::Error> {
        self.jobs.set(i64::try_from(jobs).unwrap_or(i64::MAX));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A client may send any text as the method.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
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
        let text = metrics.encode(3).unwrap();
        assert!(text.contains(r#"padlock_events_total{event="sign_in",outcome="wrong_credentials"} 1"#), "{text}");
        assert!(text.contains(r#"padlock_events_total{event="disk_full",outcome=""} 1"#), "{text}");
        assert!(text.contains(r#"padlock_events_total{event="deployment",outcome="failed"} 0"#), "{text}");
        assert!(!text.contains("tess") && !text.contains("made_up"), "{text}");
        assert!(text.contains("padlock_jobs_running 3"), "{text}");
        assert!(text.contains(r#"padlock_build_info{version=""#), "{text}");
    }

    #[test]
    fn requests_are_counted_by_route_and_status() {
        let metrics = Metrics::default();
        let unknown = Method::from_bytes(b"BREW").unwrap();
        metrics.record_request(&Method::GET, "/api/v1/apps/{app}", StatusCode::OK, Duration::from_millis(3));
        metrics.record_request(&unknown, "/-", StatusCode::METHOD_NOT_ALLOWED, Duration::ZERO);
        let text = metrics.encode(0).unwrap();
        assert!(
            text.contains(r#"padlock_requests_total{method="GET",route="/api/v1/apps/{app}",status="200"} 1"#),
            "{text}"
        );
        assert!(text.contains(r#"method="other""#) && !text.contains("BREW"), "{text}");
        assert!(
            text.contains(r#"padlock_request_duration_seconds_bucket{le="0.005",route="/api/v1/apps/{app}"} 1"#),
            "{text}"
        );
    }
}
