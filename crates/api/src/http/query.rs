//! Query strings and paging.

use axum::extract::FromRequestParts;
use http::request::Parts;
use padlock_contract::ErrorCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::http::problem::ApiError;

/// Extracts a query string.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|query| Self(query.0))
            .map_err(|_| ApiError::new(ErrorCode::BadRequest, "The query string cannot be read."))
    }
}

/// The query parameters `limit` and `cursor` of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    limit: Option<u32>,
    cursor: Option<String>,
}

impl Paging {
    const DEFAULT_LIMIT: u32 = 50;
    const MAX_LIMIT: u32 = 200;

    pub(crate) const fn new(limit: Option<u32>, cursor: Option<String>) -> Self {
        Self { limit, cursor }
    }

    /// Returns how many items to return, from 1 to 200.
    pub(crate) fn limit(&self) -> Result<u32, ApiError> {
        match self.limit.unwrap_or(Self::DEFAULT_LIMIT) {
            0 => Err(ApiError::field("limit", "The limit is from 1 to 200.")),
            limit => Ok(limit.min(Self::MAX_LIMIT)),
        }
    }

    /// Returns the last id of the previous page.
    pub(crate) fn cursor<T: std::str::FromStr>(&self) -> Result<Option<T>, ApiError> {
        let cursor = self.cursor.as_deref().map(str::parse).transpose();
        cursor.map_err(|_| ApiError::field("cursor", "Pass the next_cursor of the page before."))
    }
}
