//! Where package files lie.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use async_trait::async_trait;
use bytes::Bytes;
use padlock_domain::ids::PackageId;
use padlock_domain::package::Sha256;

/// A file that can be read from any point; what the archive reader wants.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// Why a file could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no room.
    #[error("no space left")]
    Full,
    /// There is no such file.
    #[error("no such file")]
    Missing,
    /// Anything else, for the log.
    #[error("{0}")]
    Io(String),
}

/// A file on its way in. Dropped before [`Upload::finish`], it leaves nothing behind.
#[async_trait]
pub trait Upload: Send {
    /// Appends bytes.
    async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError>;

    /// Ends it: everything is on stable storage, under a temporary name still.
    async fn finish(self: Box<Self>) -> Result<Box<dyn StagedUpload>, BlobError>;
}

/// A file that has arrived whole. Dropped before [`StagedUpload::keep`], it leaves nothing behind.
#[async_trait]
pub trait StagedUpload: Send + Sync {
    /// Its size in bytes.
    fn size(&self) -> u64;

    /// Its hash, computed while it arrived.
    fn sha256(&self) -> Sha256;

    /// Opens it, to look inside.
    async fn open(&self) -> Result<Box<dyn ReadSeek>, BlobError>;

    /// Gives it its lasting name. Until a package row names it, a sweep may still take it away.
    async fn persist(self: Box<Self>, id: PackageId) -> Result<(), BlobError>;
}

/// The package files.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Begins to take in a file.
    async fn begin_upload(&self) -> Result<Box<dyn Upload>, BlobError>;

    /// Opens a kept file.
    async fn open(&self, id: PackageId) -> Result<Box<dyn ReadSeek>, BlobError>;

    /// The next part of a kept file from `offset`, at most `most` bytes; empty at its end.
    async fn read(&self, id: PackageId, offset: u64, most: usize) -> Result<Bytes, BlobError>;

    /// The hash of a kept file, read anew.
    async fn hash(&self, id: PackageId) -> Result<Sha256, BlobError>;

    /// Takes a kept file away; one that is gone already is fine.
    async fn remove(&self, id: PackageId) -> Result<(), BlobError>;

    /// Takes away every kept file but these, and whatever an interrupted upload left; says how many.
    async fn remove_unreferenced(&self, keep: &BTreeSet<PackageId>) -> Result<u64, BlobError>;

    /// Runs blocking work on a file off the threads that answer requests.
    async fn blocking(&self, work: Box<dyn FnOnce() + Send>);
}
