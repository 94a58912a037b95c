//! Why the demo's data could not be created.

use crate::ports::{BlobError, HasherBusy, RuntimeError, StoreError};

/// The error of creating the demo's data.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A package file could not be written or read.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// A package could not be unpacked.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The password could not be hashed.
    #[error(transparent)]
    Hasher(#[from] HasherBusy),
    /// The demo's data contradicts itself or the domain's rules.
    #[error("the demo's data does not fit: {0}")]
    Data(String),
}

impl SeedError {
    pub(super) fn data(cause: impl std::fmt::Display) -> Self {
        Self::Data(cause.to_string())
    }
}
