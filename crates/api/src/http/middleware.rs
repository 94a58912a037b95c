//! Middleware of every route.

use axum::body::HttpBody;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::channel::oneshot;
use http::{HeaderMap, HeaderValue, Method, header};
use padlock_contract::{ErrorCode, FRESH_CODE_HEADER};

use crate::app_state::Api;
use crate::auth::session_cookie::read_session_cookie;
use crate::auth::session_secret::has_bearer;
use crate::http::json::{is_json, unsupported_media_type};
use crate::http::problem::ApiError;

/// Runs requests that change something in a task of their own, so that they complete even if the client disconnects. So do
/// those with a fresh code, whose verification takes several transactions.
pub(crate) async fn run_to_completion(State(api): State<Api>, request: Request, next: Next) -> Response {
    if request.method().is_safe() && !request.headers().contains_key(FRESH_CODE_HEADER) {
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

/// Rejects requests that change something with a body that is not JSON, also on routes that read no body: without asking
/// first, another site can make a browser send text, forms and bodies without a type (CORS-safelisted, Fetch §2.2.2).
/// The route of uploads is excepted, which have media types of their own.
pub(crate) async fn media_type(State(upload_route): State<&'static str>, request: Request, next: Next) -> Response {
    let is_upload = *request.method() == Method::POST
        && request.extensions().get::<MatchedPath>().is_some_and(|route| route.as_str() == upload_route);
    if request.method().is_safe() || is_upload || has_no_body_or_json(&request) {
        next.run(request).await
    } else {
        unsupported_media_type().into_response()
    }
}

fn has_no_body_or_json(request: &Request) -> bool {
    let mut media_types = request.headers().get_all(header::CONTENT_TYPE).iter().peekable();
    if media_types.peek().is_some() { media_types.all(is_json) } else { request.body().is_end_stream() }
}

/// Sets the headers that every response of the API has.
pub(crate) async fn set_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
