//! Problem details (RFC 9457) for requests that are refused before they reach the API.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use padlock_contract::{ErrorCode, Problem};

pub(super) fn problem(code: ErrorCode, detail: &str) -> Response {
    problem_with_status(StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), code, detail)
}

pub(super) fn problem_with_status(status: StatusCode, code: ErrorCode, detail: &str) -> Response {
    let mut problem = Problem::new(code, detail);
    problem.status = status.as_u16();
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}
