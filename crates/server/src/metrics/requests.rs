//! Counts the requests of the portal and measures how long they take.

use std::time::Duration;

use http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

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

/// The metrics of requests, by route.
#[derive(Clone)]
pub(crate) struct RequestMetrics {
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
}

impl RequestMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let requests = Family::default();
        registry.register("requests", "Responses of the portal", requests.clone());
        let histogram = || Histogram::new(DURATION_BUCKETS_SECONDS);
        let durations = Family::new_with_constructor(histogram as fn() -> Histogram);
        let help = "Time until the response head";
        registry.register_with_unit("request_duration", help, Unit::Seconds, durations.clone());
        Self { requests, durations }
    }

    /// Records a request. `route` must be a pattern from the code.
    pub(crate) fn record(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let (method, status) = (method_label(method), status.as_u16());
        self.requests.get_or_create(&RequestLabels { method, route: route.to_owned(), status }).inc();
        self.durations.get_or_create(&RouteLabels { route: route.to_owned() }).observe(took.as_secs_f64());
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
    use super::super::Metrics;
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_status() {
        let metrics = Metrics::default();
        let unknown = Method::from_bytes(b"BREW").unwrap();
        metrics.requests.record(&Method::GET, "/api/v1/apps/{app}", StatusCode::OK, Duration::from_millis(3));
        metrics.requests.record(&unknown, "/-", StatusCode::METHOD_NOT_ALLOWED, Duration::ZERO);
        let text = metrics.encode(crate::metrics::JobGauges::default()).unwrap();
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
