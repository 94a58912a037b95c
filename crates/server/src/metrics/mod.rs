//! Numbers for Prometheus, on a listener of their own.
//!
//! Every label has few values that are known beforehand: routes as they are written in the code, methods, statuses, the
//! words of [`event`]. Nobody's name and nothing that a client sent is ever one.

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

pub use event_counter::Counting;
pub use listener::router;

/// From what is answered from memory to what hashes a password under load.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Happening {
    event: &'static str,
    outcome: &'static str,
}

/// What is counted. Clones count together.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    answers: Family<Answer, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    events: Arc<BTreeMap<(&'static str, &'static str), Counter>>,
    jobs: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("padlock");
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "What runs", build);
        let answers = Family::default();
        registry.register("requests", "Answers of the portal, by route as it is written in the code", answers.clone());
        let durations = Family::new_with_constructor(histogram as fn() -> Histogram);
        let what = "How long answers of the portal took, to their head";
        registry.register_with_unit("request_duration", what, Unit::Seconds, durations.clone());
        let jobs = Gauge::default();
        registry.register("jobs_running", "Deployments under way", jobs.clone());
        let family = Family::<Happening, Counter>::default();
        registry.register("events", "Lines of the log with this event", family.clone());
        // All of them from the beginning, at nought: an alert on a rate needs what was before the first.
        let each = |(event, outcomes): &(&'static str, &'static [&'static str])| {
            let outcomes = if outcomes.is_empty() { &[""][..] } else { outcomes };
            outcomes.iter().map(|outcome| (*event, *outcome)).collect::<Vec<_>>()
        };
        let all = log_events::ALL.iter().flat_map(each);
        let events =
            all.map(|(event, outcome)| ((event, outcome), family.get_or_create_owned(&Happening { event, outcome })));
        let events = Arc::new(events.collect());
        Self { registry: Arc::new(registry), answers, durations, events, jobs }
    }
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Metrics {
    /// Counts an answer. `route` is one of the code's own.
    pub(crate) fn answered(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let (method, status) = (known(method), status.as_u16());
        self.answers.get_or_create(&Answer { method, route: route.to_owned(), status }).inc();
        self.durations.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// Counts what the log says has happened, if it is one of the words that stay.
    fn happened(&self, event: &str, outcome: &str) {
        // The map's keys live for ever, what is looked for does not.
        let known = self.events.iter().find(|((e, o), _)| *e == event && *o == outcome);
        if let Some((_, counter)) = known {
            counter.inc();
        }
    }

    /// As text, in the OpenMetrics format.
    ///
    /// # Errors
    /// Never for these metrics; the library says it may.
    fn text(&self, jobs: usize) -> Result<String, std::fmt::Error> {
        self.jobs.set(i64::try_from(jobs).unwrap_or(i64::MAX));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A client may send any word for a method.
fn known(method: &Method) -> &'static str {
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
    fn what_the_log_says_is_counted_and_nothing_else() {
        let metrics = Metrics::default();
        let subscriber = tracing_subscriber::registry().with(Counting::new(metrics.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(event = log_events::SIGN_IN, outcome = "wrong_credentials", "one");
            tracing::warn!(event = log_events::DISK_FULL, "two");
            tracing::info!(event = log_events::SIGN_IN, outcome = "tess@padlock.example", "no word of ours");
            tracing::info!(event = "made_up", "neither");
            tracing::info!("no event");
        });
        let text = metrics.text(3).unwrap();
        assert!(text.contains(r#"padlock_events_total{event="sign_in",outcome="wrong_credentials"} 1"#), "{text}");
        assert!(text.contains(r#"padlock_events_total{event="disk_full",outcome=""} 1"#), "{text}");
        assert!(text.contains(r#"padlock_events_total{event="deployment",outcome="failed"} 0"#), "{text}");
        assert!(!text.contains("tess") && !text.contains("made_up"), "{text}");
        assert!(text.contains("padlock_jobs_running 3"), "{text}");
        assert!(text.contains(r#"padlock_build_info{version=""#), "{text}");
    }

    #[test]
    fn answers_by_route_and_status() {
        let metrics = Metrics::default();
        let strange = Method::from_bytes(b"BREW").unwrap();
        metrics.answered(&Method::GET, "/api/v1/apps/{app}", StatusCode::OK, Duration::from_millis(3));
        metrics.answered(&strange, "/-", StatusCode::METHOD_NOT_ALLOWED, Duration::ZERO);
        let text = metrics.text(0).unwrap();
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
