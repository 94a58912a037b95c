//! Storage of package files.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use async_trait::async_trait;
use bytes::Bytes;
use padlock_domain::PackageId;
use padlock_domain::package::Sha256;

/// A file that the archive reader can read and seek in.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// Why a file could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The disk is full.
    #[error("no space left")]
    Full,
    /// There is no such file.
    #[error("no such file")]
    Missing,
    /// Any other failure; the text is for the log.
    #[error("{0}")]
    Failed(String),
}

/// A file that is being received. Dropping it before [`Upload::finish`] removes it.
#[async_trait]
pub trait Upload: Send {
    /// Appends bytes.
    async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError>;

    /// Writes everything to stable storage, still under a temporary name.
    async fn finish(self: Box<Self>) -> Result<Box<dyn StagedUpload>, BlobError>;
}

/// A completely received file. Dropping it before [`StagedUpload::persist`] removes it.
#[async_trait]
pub trait StagedUpload: Send + Sync {
    /// Returns the file's size in bytes.
    fn size(&self) -> u64;

    /// Returns the file's hash, computed while it was received.
    fn sha256(&self) -> Sha256;

    /// Opens the file for reading.
    async fn open(&self) -> Result<Box<dyn ReadSeek>, BlobError>;

    /// Stores the file as the package with this id. Until a row of the package is committed, [`Blobs::remove_unreferenced`]
    /// may still remove it.
    async fn persist(self: Box<Self>, id: PackageId) -> Result<(), BlobError>;
}

/// Stores package files.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Begins to receive a file.
    async fn begin_upload(&self) -> Result<Box<dyn Upload>, BlobError>;

    /// Opens a stored file.
    async fn open(&self, id: PackageId) -> Result<Box<dyn ReadSeek>, BlobError>;

    /// Reads at most `max_bytes` of a stored file from `offset`; the result is empty at its end.
    async fn read(&self, id: PackageId, offset: u64, max_bytes: usize) -> Result<Bytes, BlobError>;

    /// Computes the hash of a stored file.
    async fn hash(&self, id: PackageId) -> Result<Sha256, BlobError>;

    /// Removes a stored file; a missing one is not an error.
    async fn remove(&self, id: PackageId) -> Result<(), BlobError>;

    /// Removes every stored file but these and what interrupted uploads left; returns how many were removed.
    async fn remove_unreferenced(&self, keep: &BTreeSet<PackageId>) -> Result<u64, BlobError>;

    /// Runs blocking work on a file off the threads that answer requests.
    async fn blocking(&self, work: Box<dyn FnOnce() + Send>);
}
