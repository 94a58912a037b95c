//! Query strings, and the paging that lists share.

use axum::extract::FromRequestParts;
use http::request::Parts;
use padlock_contract::ErrorCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::http::problem::ApiError;

/// A query string as a `T`.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|query| Self(query.0))
            .map_err(|_| ApiError::new(ErrorCode::BadRequest, "The query string cannot be read."))
    }
}

/// `?limit=&cursor=`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    limit: Option<u32>,
    cursor: Option<String>,
}

impl Paging {
    const USUAL: u32 = 50;
    const MOST: u32 = 200;

    /// The paging of a list whose query holds more.
    pub(crate) const fn new(limit: Option<u32>, cursor: Option<String>) -> Self {
        Self { limit, cursor }
    }

    /// How many items, from 1 to 200.
    pub(crate) fn limit(&self) -> Result<u32, ApiError> {
        match self.limit.unwrap_or(Self::USUAL) {
            0 => Err(ApiError::field("limit", "The limit is from 1 to 200.")),
            limit => Ok(limit.min(Self::MOST)),
        }
    }

    /// The last id of the page before.
    pub(crate) fn cursor<T: std::str::FromStr>(&self) -> Result<Option<T>, ApiError> {
        let cursor = self.cursor.as_deref().map(str::parse).transpose();
        cursor.map_err(|_| ApiError::field("cursor", "Pass the next_cursor of the page before."))
    }
}
