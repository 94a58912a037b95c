//! The storage of package files.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use padlock_api::ports::{BlobError, Blobs};
use padlock_domain::PackageId;
use padlock_server::blobs::FileBlobs;
use padlock_server::system::SystemEntropy;
use sha2::{Digest, Sha256};

use crate::store::fixtures::{at, unique};

fn open(data: &Path) -> FileBlobs {
    FileBlobs::open(data, Arc::new(SystemEntropy)).unwrap()
}

fn count_files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

fn id() -> PackageId {
    PackageId::new(at(0), unique())
}

async fn store(blobs: &FileBlobs, content: &[u8]) -> PackageId {
    let id = id();
    let mut upload = blobs.begin_upload().await.unwrap();
    upload.write(Bytes::copy_from_slice(content)).await.unwrap();
    upload.finish().await.unwrap().persist(id).await.unwrap();
    id
}

#[tokio::test]
async fn a_stored_file_is_read_unchanged() {
    let data = tempfile::tempdir().unwrap();
    let blobs = open(data.path());
    let content: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
    let mut upload = blobs.begin_upload().await.unwrap();
    for part in content.chunks(70_000) {
        upload.write(Bytes::copy_from_slice(part)).await.unwrap();
    }
    let received = upload.finish().await.unwrap();
    assert_eq!(received.size(), 1_000_000);
    assert_eq!(received.sha256().0, <[u8; 32]>::from(Sha256::digest(&content)));
    let mut read = Vec::new();
    received.open().await.unwrap().read_to_end(&mut read).unwrap();
    assert_eq!(read, content);

    let id = id();
    assert!(matches!(blobs.open(id).await, Err(BlobError::Missing)));
    received.persist(id).await.unwrap();
    assert_eq!(count_files(&data.path().join("tmp")), 0);
    assert_eq!(blobs.hash(id).await.unwrap().0, <[u8; 32]>::from(Sha256::digest(&content)));
    assert_eq!(blobs.read(id, 10, 5).await.unwrap(), content[10..15]);
    assert_eq!(blobs.read(id, 999_998, 100).await.unwrap(), content[999_998..]);
    assert!(blobs.read(id, 1_000_000, 100).await.unwrap().is_empty(), "at the end of the file");
    blobs.remove(id).await.unwrap();
    blobs.remove(id).await.unwrap();
    assert!(matches!(blobs.read(id, 0, 1).await, Err(BlobError::Missing)));
    assert!(matches!(blobs.hash(id).await, Err(BlobError::Missing)));
}

#[tokio::test]
async fn an_abandoned_upload_leaves_no_file() {
    let data = tempfile::tempdir().unwrap();
    let blobs = open(data.path());
    let mut upload = blobs.begin_upload().await.unwrap();
    upload.write(Bytes::from(vec![1; 600_000])).await.unwrap();
    assert_eq!(count_files(&data.path().join("tmp")), 1);
    drop(upload);
    assert_eq!(count_files(&data.path().join("tmp")), 0, "dropped during the upload");
    let mut upload = blobs.begin_upload().await.unwrap();
    upload.write(Bytes::from_static(b"x")).await.unwrap();
    drop(upload.finish().await.unwrap());
    assert_eq!(count_files(&data.path().join("tmp")), 0, "dropped after the upload");
    assert_eq!(count_files(&data.path().join("packages")), 0);
}

#[tokio::test]
async fn temporary_and_unreferenced_files_are_removed() {
    let data = tempfile::tempdir().unwrap();
    let blobs = open(data.path());
    let (kept, orphan) = (store(&blobs, b"kept").await, store(&blobs, b"orphan").await);
    std::fs::write(data.path().join("tmp/0123"), "cut short").unwrap();
    std::fs::create_dir(data.path().join("tmp/folder")).unwrap();
    let blobs = open(data.path());
    assert_eq!(count_files(&data.path().join("tmp")), 0);
    assert_eq!(blobs.remove_unreferenced(&BTreeSet::from([kept])).await.unwrap(), 1);
    assert!(blobs.open(kept).await.is_ok());
    assert!(matches!(blobs.open(orphan).await, Err(BlobError::Missing)));
}
