//! Which route answered, for the log: its pattern, never the address itself.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;

/// Hands the matched route on to whoever sees the response.
pub(super) async fn note(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

pub(super) fn of(response: &Response, api: bool) -> &str {
    match response.extensions().get::<MatchedPath>() {
        Some(route) => route.as_str(),
        None if api => "/api/-",
        None => "/-",
    }
}
