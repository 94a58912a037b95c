//! Query strings and paging.

use axum::extract::FromRequestParts;
use http::request::Parts;
use padlock_contract::{ErrorCode, Page};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

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

/// The maximum size of the items on one page, in bytes of JSON, except for a first item that is larger.
const MAX_PAGE_BYTES: usize = 256 * 1024;

/// Returns a page with as many of the items as fit into [`MAX_PAGE_BYTES`]. `next_cursor` is the cursor behind all of them,
/// if anything follows; `cursor_behind` returns the cursor behind one.
pub(crate) fn bounded_page<T: Serialize>(
    mut items: Vec<T>,
    next_cursor: Option<String>,
    cursor_behind: impl Fn(&T) -> String,
) -> Page<T> {
    let mut bytes = 0;
    let fits = |item: &&T| {
        bytes += serde_json::to_vec(item).map_or(0, |json| json.len());
        bytes <= MAX_PAGE_BYTES
    };
    let count = items.iter().take_while(fits).count().max(1);
    if count >= items.len() {
        return Page { items, next_cursor };
    }
    items.truncate(count);
    let next_cursor = items.last().map(cursor_behind);
    Page { items, next_cursor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_bounded_in_bytes_and_the_next_one_begins_behind_it() {
        let items = |count: usize, length: usize| vec!["x".repeat(length); count];
        let page = bounded_page(items(3, 10), None, Clone::clone);
        assert_eq!((page.items.len(), page.next_cursor), (3, None));
        let page = bounded_page(items(3, 10), Some("10".to_owned()), |item| item.len().to_string());
        assert_eq!((page.items.len(), page.next_cursor.as_deref()), (3, Some("10")));
        let page = bounded_page(items(100, 100_000), None, |item| item.len().to_string());
        assert_eq!((page.items.len(), page.next_cursor.as_deref()), (2, Some("100000")));
        let page = bounded_page(items(2, 1_000_000), None, |item| item.len().to_string());
        assert_eq!((page.items.len(), page.next_cursor.as_deref()), (1, Some("1000000")), "it goes on, one by one");
        let page = bounded_page(items(0, 0), None, Clone::clone);
        assert_eq!((page.items.len(), page.next_cursor), (0, None));
    }
}
