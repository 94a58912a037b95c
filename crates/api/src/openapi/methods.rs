//! The methods of a path in the OpenAPI document.

use utoipa::openapi::path::{Operation, PathItem};

/// Returns the documented methods of a path with their operations, in the words of OpenAPI.
pub(crate) fn of(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    [("GET", get), ("POST", post), ("PUT", put), ("PATCH", patch), ("DELETE", delete)]
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// Returns the documented methods of a path like [`of`], to change their operations.
pub(crate) fn of_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    [("GET", get), ("POST", post), ("PUT", put), ("PATCH", patch), ("DELETE", delete)]
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}
