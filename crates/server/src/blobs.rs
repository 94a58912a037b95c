//! The [`Blobs`] port over files: `packages/<id>.mda`, and `tmp/` for what is on its way in.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use padlock_api::ports::{BlobError, Blobs, Entropy, ReadSeek, StagedUpload, Upload, entropy};
use padlock_domain::ids::PackageId;
use padlock_domain::package::Sha256;
use sha2::Digest;
use tokio::task::spawn_blocking;

use crate::disk;

/// How much of an upload is gathered before it is written: a hop to a thread costs more than the bytes.
const GATHER: usize = 256 * 1024;

/// The package files of one installation.
pub struct FileBlobs {
    packages: PathBuf,
    temporary: PathBuf,
    entropy: Arc<dyn Entropy>,
}

impl FileBlobs {
    /// Opens the folders below `data`, makes them if need be, and sweeps what an earlier run left half-done.
    ///
    /// # Errors
    /// When they cannot be made or read.
    pub fn open(data: &Path, entropy: Arc<dyn Entropy>) -> io::Result<Self> {
        let (packages, temporary) = (data.join("packages"), data.join("tmp"));
        std::fs::create_dir_all(&packages)?;
        disk::empty(&temporary)?;
        disk::sync_folder(data)?;
        Ok(Self { packages, temporary, entropy })
    }

    fn path(&self, id: PackageId) -> PathBuf {
        self.packages.join(format!("{id}.mda"))
    }

    fn opened(&self, id: PackageId) -> impl Future<Output = Result<File, BlobError>> + Send + use<> {
        let path = self.path(id);
        blocking(move || File::open(path))
    }
}

/// A file below `tmp/`; dropped, it is gone.
struct Temporary {
    path: PathBuf,
    packages: PathBuf,
    kept: bool,
}

impl Temporary {
    fn persist(mut self, to: &Path) -> io::Result<()> {
        disk::rename(&self.path, to)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = disk::remove_file(&self.path)
        {
            tracing::warn!(%error, "a temporary file stays until the next start");
        }
    }
}

struct Writing {
    // In this order: the file is closed before it is removed.
    file: Option<Hashed>,
    temporary: Temporary,
    gathered: Vec<u8>,
}

struct Hashed {
    file: File,
    hash: sha2::Sha256,
    size: u64,
}

impl Hashed {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }
}

impl Writing {
    async fn flush(&mut self) -> Result<(), BlobError> {
        // A write that failed, or was given up half-way, ends the upload: the file is not there any more.
        let mut file = self.file.take().ok_or_else(|| BlobError::Io("the upload was given up".to_owned()))?;
        let bytes = std::mem::take(&mut self.gathered);
        let (file, mut bytes) = blocking(move || file.append(&bytes).map(|()| (file, bytes))).await?;
        bytes.clear();
        self.file = Some(file);
        self.gathered = bytes;
        Ok(())
    }
}

#[async_trait]
impl Upload for Writing {
    async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
        self.gathered.extend_from_slice(&bytes);
        if self.gathered.len() >= GATHER { self.flush().await } else { Ok(()) }
    }

    async fn finish(mut self: Box<Self>) -> Result<Box<dyn StagedUpload>, BlobError> {
        self.flush().await?;
        let Self { file, temporary, .. } = *self;
        let hashed = file.ok_or_else(|| BlobError::Io("the upload was given up".to_owned()))?;
        let (size, sha256) = (hashed.size, Sha256(hashed.hash.finalize().into()));
        blocking(move || hashed.file.sync_all()).await?;
        Ok(Box::new(Arrived { temporary, size, sha256 }))
    }
}

struct Arrived {
    temporary: Temporary,
    size: u64,
    sha256: Sha256,
}

#[async_trait]
impl StagedUpload for Arrived {
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
        let to = self.temporary.packages.join(format!("{id}.mda"));
        blocking(move || self.temporary.persist(&to)).await
    }
}

#[async_trait]
impl Blobs for FileBlobs {
    async fn begin_upload(&self) -> Result<Box<dyn Upload>, BlobError> {
        let name = u128::from_be_bytes(entropy(&*self.entropy));
        let temporary = Temporary {
            path: self.temporary.join(format!("{name:032x}")),
            packages: self.packages.clone(),
            kept: false,
        };
        let path = temporary.path.clone();
        let file = blocking(move || File::create_new(path)).await?;
        let file = Hashed { file, hash: sha2::Sha256::new(), size: 0 };
        Ok(Box::new(Writing { file: Some(file), temporary, gathered: Vec::with_capacity(GATHER) }))
    }

    async fn open(&self, id: PackageId) -> Result<Box<dyn ReadSeek>, BlobError> {
        Ok(Box::new(self.opened(id).await?))
    }

    async fn read(&self, id: PackageId, offset: u64, most: usize) -> Result<Bytes, BlobError> {
        let mut file = self.opened(id).await?;
        blocking(move || {
            file.seek(SeekFrom::Start(offset))?;
            let mut bytes = Vec::with_capacity(most);
            file.take(most as u64).read_to_end(&mut bytes)?;
            Ok(bytes.into())
        })
        .await
    }

    async fn hash(&self, id: PackageId) -> Result<Sha256, BlobError> {
        let mut file = self.opened(id).await?;
        blocking(move || {
            let mut hash = sha2::Sha256::new();
            let mut part = vec![0; GATHER];
            loop {
                let read = file.read(&mut part)?;
                if read == 0 {
                    return Ok(Sha256(hash.finalize().into()));
                }
                hash.update(part.get(..read).unwrap_or_default());
            }
        })
        .await
    }

    async fn remove(&self, id: PackageId) -> Result<(), BlobError> {
        let path = self.path(id);
        blocking(move || disk::remove_file(&path)).await
    }

    /// What interrupted uploads left was swept when the folders were opened: now it could be one under way.
    async fn remove_unreferenced(&self, keep: &BTreeSet<PackageId>) -> Result<u64, BlobError> {
        let (packages, keep) = (self.packages.clone(), keep.clone());
        blocking(move || {
            let mut swept = 0;
            for entry in std::fs::read_dir(&packages)? {
                let path = entry?.path();
                let id = path.file_stem().and_then(|stem| stem.to_str()?.parse::<PackageId>().ok());
                if id.is_some_and(|id| !keep.contains(&id)) {
                    disk::remove_file(&path)?;
                    swept += 1;
                }
            }
            Ok(swept)
        })
        .await
    }

    async fn blocking(&self, work: Box<dyn FnOnce() + Send>) {
        if let Err(error) = spawn_blocking(work).await {
            tracing::error!(%error, "work on a file ended badly");
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, BlobError> {
    match spawn_blocking(work).await {
        Ok(result) => result.map_err(|error| blob_error(&error)),
        Err(error) => Err(BlobError::Io(error.to_string())),
    }
}

fn blob_error(error: &io::Error) -> BlobError {
    match error.kind() {
        io::ErrorKind::NotFound => BlobError::Missing,
        _ if disk::is_full(error) => BlobError::Full,
        _ => BlobError::Io(error.to_string()),
    }
}
