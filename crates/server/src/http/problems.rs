//! Problem documents for what is refused before it reaches the API.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use padlock_contract::{ErrorCode, Problem};

pub(super) fn problem(code: ErrorCode, detail: &str) -> Response {
    with_status(StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), code, detail)
}

pub(super) fn with_status(status: StatusCode, code: ErrorCode, detail: &str) -> Response {
    let mut problem = Problem::new(code, detail);
    problem.status = status.as_u16();
    let mut response = Response::new(Body::from(serde_json::to_vec(&problem).unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
