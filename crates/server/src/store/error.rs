//! The errors of the store.

use padlock_api::ports::StoreError;

pub(super) fn failed(what: impl Into<String>) -> StoreError {
    StoreError::Failed(what.into())
}
