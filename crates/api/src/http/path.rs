//! Parameters in paths.

use axum::extract::FromRequestParts;
use http::request::Parts;
use padlock_contract::ErrorCode;
use serde::de::DeserializeOwned;

use crate::http::problem::ApiError;

/// Extracts the parameters of the path.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        // No slug and no id contains it, and PostgreSQL has no text with it.
        if parts.uri.path().contains("%00") {
            return Err(ApiError::not_found("address"));
        }
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|path| Self(path.0))
            .map_err(|_| ApiError::new(ErrorCode::BadRequest, "The address cannot be read: it is not UTF-8."))
    }
}
