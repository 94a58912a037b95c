//! What stands before every handler.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::channel::oneshot;
use http::{HeaderMap, HeaderValue, Method, header};
use padlock_contract::ErrorCode;
use tracing::Instrument;

use crate::app_state::Api;
use crate::auth::session_secret::has_bearer;
use crate::auth::session_secret::has_session_cookie;
use crate::http::problem::ApiError;

/// Runs requests that change something to their end even when the client hangs up in the middle, so that no
/// half-done transaction or job is left behind.
pub(crate) async fn to_the_end(State(api): State<Api>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let (sender, receiver) = oneshot::channel();
    let work = async move {
        // Nobody may be left to take the answer.
        let _ = sender.send(next.run(request).await);
    };
    api.ports.spawn.spawn(Box::pin(work.instrument(tracing::Span::current())));
    receiver.await.unwrap_or_else(|_| ApiError::internal(&"the handler panicked").into_response())
}

/// Refuses requests that change something unless they come from the portal's own pages, or carry a bearer token, which
/// no other site can make a browser send.
pub(crate) async fn same_origin(State(api): State<Api>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !is_change(request.method()) || has_bearer(headers) || from_here(headers, &api) {
        next.run(request).await
    } else {
        ApiError::new(ErrorCode::CrossOrigin, "Requests that change something have to come from the portal itself.")
            .into_response()
    }
}

fn is_change(method: &Method) -> bool {
    !method.is_safe()
}

fn from_here(headers: &HeaderMap, api: &Api) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or_default());
    let site = text("sec-fetch-site").map(|site| site == "same-origin" || site == "none");
    let origin = text("origin").map(|origin| origin == api.config.public_origin);
    match (site, origin) {
        (Some(site), Some(origin)) => site && origin,
        (Some(one), None) | (None, Some(one)) => one,
        // A script without either header has no cookie to be abused.
        (None, None) => !has_session_cookie(headers, api.config.https()),
    }
}

/// Puts the headers that hold for the whole API on an answer.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
