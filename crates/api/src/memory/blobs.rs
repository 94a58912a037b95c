//! Package files in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use padlock_domain::PackageId;
use padlock_domain::package::Sha256;
use sha2::Digest;

use crate::ports::{BlobError, Blobs, ReadSeek, StagedUpload, Upload};

type Files = Arc<Mutex<BTreeMap<PackageId, Bytes>>>;

/// Package files in memory.
#[derive(Clone, Default)]
pub struct MemoryBlobs {
    pub(super) files: Files,
}

impl MemoryBlobs {
    fn files(&self) -> MutexGuard<'_, BTreeMap<PackageId, Bytes>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, id: PackageId) -> Result<Bytes, BlobError> {
        self.files().get(&id).cloned().ok_or(BlobError::Missing)
    }

    /// Overwrites a file with other bytes, for tests.
    pub fn corrupt(&self, id: PackageId) {
        self.files().insert(id, Bytes::from_static(b"spoilt"));
    }
}

fn hash(bytes: &[u8]) -> Sha256 {
    Sha256(sha2::Sha256::digest(bytes).into())
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn begin_upload(&self) -> Result<Box<dyn Upload>, BlobError> {
        Ok(Box::new(MemoryUpload { files: Arc::clone(&self.files), bytes: Vec::new() }))
    }

    async fn open(&self, id: PackageId) -> Result<Box<dyn ReadSeek>, BlobError> {
        Ok(Box::new(Cursor::new(self.file(id)?)))
    }

    async fn read(&self, id: PackageId, offset: u64, max_bytes: usize) -> Result<Bytes, BlobError> {
        let file = self.file(id)?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(file.len());
        Ok(file.slice(start..file.len().min(start.saturating_add(max_bytes))))
    }

    async fn hash(&self, id: PackageId) -> Result<Sha256, BlobError> {
        Ok(hash(&self.file(id)?))
    }

    async fn remove(&self, id: PackageId) -> Result<(), BlobError> {
        self.files().remove(&id);
        Ok(())
    }

    async fn remove_unreferenced(&self, keep: &BTreeSet<PackageId>) -> Result<u64, BlobError> {
        let mut files = self.files();
        let before = files.len();
        files.retain(|id, _| keep.contains(id));
        Ok((before - files.len()) as u64)
    }

    async fn blocking(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }
}

struct MemoryUpload {
    files: Files,
    bytes: Vec<u8>,
}

#[async_trait]
impl Upload for MemoryUpload {
    async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
        self.bytes.extend_from_slice(&bytes);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<Box<dyn StagedUpload>, BlobError> {
        let bytes = Bytes::from(self.bytes);
        Ok(Box::new(MemoryStagedUpload { sha256: hash(&bytes), files: self.files, bytes }))
    }
}

struct MemoryStagedUpload {
    files: Files,
    bytes: Bytes,
    sha256: Sha256,
}

#[async_trait]
impl StagedUpload for MemoryStagedUpload {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn sha256(&self) -> Sha256 {
        self.sha256
    }

    async fn open(&self) -> Result<Box<dyn ReadSeek>, BlobError> {
        Ok(Box::new(Cursor::new(self.bytes.clone())))
    }

    async fn persist(self: Box<Self>, id: PackageId) -> Result<(), BlobError> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(id, self.bytes);
        Ok(())
    }
}
