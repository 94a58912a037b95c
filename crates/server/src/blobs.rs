//! The [`Blobs`] port over files: `packages/<id>.mda`, and `tmp/` for uploads in progress.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use padlock_api::ports::{BlobError, Blobs, Entropy, ReadSeek, StagedUpload, Upload, random_bytes};
use padlock_domain::PackageId;
use padlock_domain::package::Sha256;
use sha2::Digest;
use tokio::task::spawn_blocking;

use crate::disk;

/// Writes are buffered up to this size: handing them to a blocking thread costs more than writing them.
const BUFFER_BYTES: usize = 256 * 1024;

/// The package files of one installation.
pub struct FileBlobs {
    packages: PathBuf,
    temporary: PathBuf,
    entropy: Arc<dyn Entropy>,
}

impl FileBlobs {
    /// Opens or creates the folders below `data`, and removes interrupted uploads.
    ///
    /// # Errors
    /// Returns an error if a folder cannot be created or read.
    pub fn open(data: &Path, entropy: Arc<dyn Entropy>) -> io::Result<Self> {
        let (packages, temporary) = (data.join("packages"), data.join("tmp"));
        disk::create_private_folder(&packages)?;
        disk::create_empty_folder(&temporary)?;
        disk::sync_folder(data)?;
        Ok(Self { packages, temporary, entropy })
    }

    fn path(&self, id: PackageId) -> PathBuf {
        package_path(&self.packages, id)
    }

    fn open_file(&self, id: PackageId) -> impl Future<Output = Result<File, BlobError>> + Send + use<> {
        let path = self.path(id);
        blocking(move || File::open(path))
    }
}

fn package_path(packages: &Path, id: PackageId) -> PathBuf {
    packages.join(format!("{id}.mda"))
}

/// A file below `tmp/` that is removed on drop unless it was persisted.
struct TemporaryFile {
    path: PathBuf,
    packages: PathBuf,
    persisted: bool,
}

impl TemporaryFile {
    fn persist(mut self, to: &Path) -> io::Result<()> {
        disk::rename(&self.path, to)?;
        self.persisted = true;
        Ok(())
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if !self.persisted
            && let Err(error) = disk::remove_file(&self.path)
        {
            tracing::warn!(%error, "a temporary file stays until the next start");
        }
    }
}

struct FileUpload {
    // Dropped in this order: the file is closed before it is removed.
    file: Option<HashingFile>,
    temporary: TemporaryFile,
    buffer: Vec<u8>,
}

struct HashingFile {
    file: File,
    hash: sha2::Sha256,
    size: u64,
}

impl HashingFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }
}

impl FileUpload {
    async fn flush(&mut self) -> Result<(), BlobError> {
        // A write that failed or was cancelled leaves no file here, which ends the upload.
        let mut file = self.file.take().ok_or_else(cancelled)?;
        let bytes = std::mem::take(&mut self.buffer);
        let (file, mut bytes) = blocking(move || file.append(&bytes).map(|()| (file, bytes))).await?;
        bytes.clear();
        self.file = Some(file);
        self.buffer = bytes;
        Ok(())
    }
}

#[async_trait]
impl Upload for FileUpload {
    async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
        self.buffer.extend_from_slice(&bytes);
        if self.buffer.len() >= BUFFER_BYTES { self.flush().await } else { Ok(()) }
    }

    async fn finish(mut self: Box<Self>) -> Result<Box<dyn StagedUpload>, BlobError> {
        self.flush().await?;
        let Self { file, temporary, .. } = *self;
        let file = file.ok_or_else(cancelled)?;
        let (size, sha256) = (file.size, Sha256(file.hash.finalize().into()));
        blocking(move || file.file.sync_all()).await?;
        Ok(Box::new(StagedFile { temporary, size, sha256 }))
    }
}

struct StagedFile {
    temporary: TemporaryFile,
    size: u64,
    sha256: Sha256,
}

#[async_trait]
impl StagedUpload for StagedFile {
    fn size(&self) -> u64 {
        self.size
    }

    fn sha256(&self) -> Sha256 {
        self.sha256
    }

    async fn open(&self) -> Result<Box<dyn ReadSeek>, BlobError> {
        let path = self.temporary.path.clone();
        Ok(Box::new(blocking(move || File::open(path)).await?))
    }

    async fn persist(self: Box<Self>, id: PackageId) -> Result<(), BlobError> {
        let to = package_path(&self.temporary.packages, id);
        blocking(move || self.temporary.persist(&to)).await
    }
}

#[async_trait]
impl Blobs for FileBlobs {
    async fn begin_upload(&self) -> Result<Box<dyn Upload>, BlobError> {
        let name = u128::from_be_bytes(random_bytes(&*self.entropy));
        let temporary = TemporaryFile {
            path: self.temporary.join(format!("{name:032x}")),
            packages: self.packages.clone(),
            persisted: false,
        };
        let path = temporary.path.clone();
        let file = blocking(move || disk::create_private(&path)).await?;
        let file = HashingFile { file, hash: sha2::Sha256::new(), size: 0 };
        Ok(Box::new(FileUpload { file: Some(file), temporary, buffer: Vec::with_capacity(BUFFER_BYTES) }))
    }

    async fn open(&self, id: PackageId) -> Result<Box<dyn ReadSeek>, BlobError> {
        Ok(Box::new(self.open_file(id).await?))
    }

    async fn read(&self, id: PackageId, offset: u64, max_bytes: usize) -> Result<Bytes, BlobError> {
        let mut file = self.open_file(id).await?;
        blocking(move || {
            file.seek(SeekFrom::Start(offset))?;
            let mut bytes = Vec::with_capacity(max_bytes);
            file.take(max_bytes as u64).read_to_end(&mut bytes)?;
            Ok(bytes.into())
        })
        .await
    }

    async fn hash(&self, id: PackageId) -> Result<Sha256, BlobError> {
        let file = self.open_file(id).await?;
        blocking(move || disk::copy_and_hash(file, io::sink()).map(|(_, hash)| hash)).await
    }

    async fn remove(&self, id: PackageId) -> Result<(), BlobError> {
        let path = self.path(id);
        blocking(move || disk::remove_file(&path)).await
    }

    /// Leaves `tmp/` alone, where uploads may be in progress.
    async fn remove_unreferenced(&self, keep: &BTreeSet<PackageId>) -> Result<u64, BlobError> {
        let (packages, keep) = (self.packages.clone(), keep.clone());
        blocking(move || {
            let mut removed = 0;
            for entry in std::fs::read_dir(&packages)? {
                let path = entry?.path();
                let id = path.file_stem().and_then(|stem| stem.to_str()?.parse::<PackageId>().ok());
                if id.is_some_and(|id| !keep.contains(&id)) {
                    disk::remove_file(&path)?;
                    removed += 1;
                }
            }
            Ok(removed)
        })
        .await
    }

    async fn blocking(&self, work: Box<dyn FnOnce() + Send>) {
        if let Err(error) = spawn_blocking(work).await {
            tracing::error!(%error, "a blocking task failed");
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, BlobError> {
    match spawn_blocking(work).await {
        Ok(result) => result.map_err(|error| blob_error(&error)),
        Err(error) => Err(BlobError::Failed(error.to_string())),
    }
}

fn cancelled() -> BlobError {
    BlobError::Failed("the upload was cancelled".to_owned())
}

fn blob_error(error: &io::Error) -> BlobError {
    match error.kind() {
        io::ErrorKind::NotFound => BlobError::Missing,
        _ if disk::is_disk_full(error) => BlobError::Full,
        _ => BlobError::Failed(error.to_string()),
    }
}
