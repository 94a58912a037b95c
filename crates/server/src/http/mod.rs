//! The portal over HTTP: what stands before the API and the single-page app, for every request alike.

mod body_deadline;
pub mod connections;
mod headers;
pub(crate) mod host;
mod matched_route;
mod origin;
mod problems;
mod proxies;
mod request_checks;
mod spa;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn;
use axum::response::Response;
use futures::FutureExt;
use http::HeaderValue;
use padlock_api::ClientAddress;
use padlock_api::ports::{Entropy, entropy};
use padlock_contract::ErrorCode;
use tokio::time::Instant;
use tower::ServiceExt;

use crate::metrics::Metrics;

pub(crate) use headers::{insist_on_https, secure};
pub use origin::{InvalidOrigin, Origin};
pub use proxies::{InvalidNetwork, Network, TrustedProxies};
pub use spa::Spa;

/// What the portal is made of.
pub struct Portal {
    /// The API, for everything below `/api`.
    pub api: Router,
    /// The single-page app, for everything else.
    pub spa: Spa,
    /// The one origin that it answers on.
    pub origin: Origin,
    /// Whether this is the demo.
    pub demo: bool,
    /// Who stands in front of it.
    pub proxies: TrustedProxies,
    /// What is counted.
    pub metrics: Metrics,
    /// For request ids.
    pub entropy: Arc<dyn Entropy>,
}

/// Everything that the portal's listener answers.
pub fn router(mut portal: Portal) -> Router {
    portal.api = portal.api.layer(from_fn(matched_route::note));
    Router::new().fallback(answer).with_state(Arc::new(portal))
}

async fn answer(State(portal): State<Arc<Portal>>, mut request: Request) -> Response {
    let began = Instant::now();
    let id = format!("{:016x}", u64::from_be_bytes(entropy(&*portal.entropy)));
    let method = request.method().clone();
    let api = is_api(request.uri().path());
    // The listener knows the peer; who that speaks for is known here.
    if let Some(&ClientAddress(peer)) = request.extensions().get() {
        let client = portal.proxies.client(peer, request.headers());
        request.extensions_mut().insert(ClientAddress(client));
    }
    let mut response = match request_checks::check(&portal, request) {
        Ok(request) => portal.dispatch(api, request).await,
        Err(response) => *response,
    };
    secure(response.headers_mut(), api, portal.origin.is_https());
    if let Ok(id) = HeaderValue::try_from(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    // Methods, routes and numbers: nothing that a person typed, and no query.
    let route = matched_route::of(&response, api);
    portal.metrics.answered(&method, route, response.status(), began.elapsed());
    tracing::info!(target: "padlock::request", %method, route,
        status = response.status().as_u16(), millis = millis(began), %id, "answered");
    response
}

impl Portal {
    async fn dispatch(&self, api: bool, request: Request) -> Response {
        if !api {
            return self.spa.answer(request).await;
        }
        let answer = AssertUnwindSafe(self.api.clone().oneshot(request)).catch_unwind().await;
        match answer {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            // The panic's own message is on stderr already.
            Err(_) => problems::problem(ErrorCode::Internal, "The server failed. What happened is in its log."),
        }
    }
}

fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Milliseconds since, to the microsecond.
fn millis(began: Instant) -> f64 {
    (began.elapsed().as_secs_f64() * 1e6).round() / 1e3
}
