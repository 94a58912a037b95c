//! Middleware of every route.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::channel::oneshot;
use http::{HeaderMap, HeaderValue, header};
use padlock_contract::ErrorCode;

use crate::app_state::Api;
use crate::auth::session_cookie::read_session_cookie;
use crate::auth::session_secret::has_bearer;
use crate::http::problem::ApiError;

/// Runs requests that change something in a task of their own, so that they complete even if the client disconnects.
pub(crate) async fn run_to_completion(State(api): State<Api>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let (sender, receiver) = oneshot::channel();
    api.ports.spawn.spawn(Box::pin(async move {
        // Sending fails when the client has disconnected.
        let _ = sender.send(next.run(request).await);
    }));
    receiver.await.unwrap_or_else(|_| ApiError::internal(&"the handler was cancelled").into_response())
}

/// Rejects requests that change something unless they come from the portal's own pages or have a bearer token, which no
/// other site can make a browser send.
pub(crate) async fn same_origin(State(api): State<Api>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if request.method().is_safe() || has_bearer(headers) || is_same_origin(headers, &api) {
        next.run(request).await
    } else {
        ApiError::new(ErrorCode::CrossOrigin, "Requests that change something have to come from the portal itself.")
            .into_response()
    }
}

fn is_same_origin(headers: &HeaderMap, api: &Api) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or_default());
    let site = text("sec-fetch-site").map(|site| site == "same-origin" || site == "none");
    let origin = text("origin").map(|origin| origin == api.config.public_origin);
    match (site, origin) {
        (Some(site), Some(origin)) => site && origin,
        (Some(one), None) | (None, Some(one)) => one,
        // A script sends neither header, and no session cookie that another site could use.
        (None, None) => read_session_cookie(headers, api.config.https()).is_none(),
    }
}

/// Sets the headers that every response of the API has.
pub(crate) async fn set_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
