//! The pattern of the route that handled a request, for logs and metrics.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Span;

/// Copies the matched route to the response, for outer services.
pub(super) async fn copy_to_response(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    if let Some(route) = &route {
        Span::current().record("route", route.as_str());
    }
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

pub(super) fn route_label(response: &Response, is_api: bool) -> &str {
    match response.extensions().get::<MatchedPath>() {
        Some(route) => route.as_str(),
        None if is_api => "/api/-",
        None => "/-",
    }
}
