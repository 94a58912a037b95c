//! The portal's router: routes requests to the API or the single-page app, with request ids and a request log.

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::from_fn;
use axum::response::Response;
use http::HeaderValue;
use padlock_api::ports::random_bytes;
use tokio::time::Instant;
use tower::ServiceExt;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::headers::set_security_headers;
use super::portal::{PortalState, is_api};
use super::{matched_route, request_checks};

/// Returns the service of the portal's listener.
pub fn router(mut portal: PortalState) -> Router {
    portal.api = portal.api.layer(from_fn(matched_route::copy_to_response));
    Router::new().fallback(handle).with_state(Arc::new(portal))
}

/// Handles a request in a span with its id, method, route and account, which every log line of the request has.
async fn handle(State(portal): State<Arc<PortalState>>, request: Request) -> Response {
    let id = format!("{:016x}", u64::from_be_bytes(random_bytes(&*portal.entropy)));
    let span = tracing::info_span!("request", %id, method = %request.method(), route = Empty, account = Empty);
    let mut response = dispatch(&portal, request).instrument(span).await;
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

async fn dispatch(portal: &PortalState, request: Request) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let is_api = is_api(request.uri().path());
    let mut response = match request_checks::check(portal, request) {
        Ok(request) if is_api => portal.api.clone().oneshot(request).await.unwrap_or_else(|never| match never {}),
        Ok(request) => portal.spa.handle(request).await,
        Err(response) => *response,
    };
    set_security_headers(response.headers_mut(), is_api, portal.origin.is_https());
    // Logs the route instead of the path and the query, which contain what people typed.
    let route = matched_route::route_label(&response, is_api);
    if response.extensions().get::<MatchedPath>().is_none() {
        Span::current().record("route", route);
    }
    portal.metrics.requests.record(&method, route, response.status(), started.elapsed());
    tracing::info!(target: "padlock::request", status = response.status().as_u16(), millis = elapsed_millis(started),
        "answered");
    response
}

/// Rounds to microseconds.
fn elapsed_millis(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 1e6).round() / 1e3
}
