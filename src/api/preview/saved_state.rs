//! Keeps the preview's state over a reload of its tab, in the tab's own storage.
//!
//! Everything that the API holds is in it, except the files of the demo's packages, which are made again. Where the storage
//! is switched off or full the preview goes on in memory and says so.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use data_encoding::BASE64;
use padlock_api::demo::{self, DemoControls};
use padlock_api::keyring::Key;
use padlock_api::memory::{MemoryBlobs, MemoryStore, Revision};
use padlock_contract::demo::Message;
use padlock_domain::PackageId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::browser_storage::session_storage;

const KEY: &str = "padlock.preview.api";
/// How large the uploaded files may be in all, in bytes. Browsers keep about five million characters.
const MAX_UPLOADED_BYTES: usize = 3 * 1024 * 1024;

/// The state of the API, as it is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedState {
    rows: String,
    key: String,
    cookies: BTreeMap<String, String>,
    seconds_ahead: u64,
    messages: Vec<Message>,
    /// The uploaded files in Base64.
    uploads: Vec<(PackageId, String)>,
}

/// What a saved state becomes.
pub(super) struct RestoredState {
    pub(super) store: MemoryStore,
    pub(super) blobs: MemoryBlobs,
    pub(super) key: Key,
    pub(super) cookies: BTreeMap<String, String>,
}

/// Why the state is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// The browser gives the page no storage, or it is full.
    Storage,
    /// The uploaded packages are too large for it.
    Uploads,
}

impl SavedState {
    /// Reads what the tab has stored. `None` if there is nothing, or another version has stored it.
    pub(super) fn load() -> Option<Self> {
        let text = session_storage()?.get_item(KEY).ok().flatten()?;
        serde_json::from_str(&text).ok()
    }

    fn save(&self) -> Result<(), NotKept> {
        let text = serde_json::to_string(self).map_err(|_| NotKept::Storage)?;
        session_storage().and_then(|storage| storage.set_item(KEY, &text).ok()).ok_or(NotKept::Storage)
    }

    pub(super) fn restore(self, controls: &DemoControls, demo_files: &DemoFiles) -> Option<RestoredState> {
        let store = MemoryStore::from_json(&self.rows).ok()?;
        let blobs = MemoryBlobs::default();
        for (id, hash) in store.package_hashes() {
            if let Some(file) = demo_files.0.get(&hash.0) {
                blobs.insert(id, file.clone().into());
            }
        }
        for (id, text) in self.uploads {
            blobs.insert(id, BASE64.decode(text.as_bytes()).ok()?.into());
        }
        let key = Key::from_text(&self.key)?;
        controls.clock.restore(self.seconds_ahead);
        controls.outbox.restore(self.messages);
        Some(RestoredState { store, blobs, key, cookies: self.cookies })
    }
}

/// Writes the state to the tab's storage.
pub(super) struct StateKeeper {
    store: MemoryStore,
    blobs: MemoryBlobs,
    key: Key,
    controls: DemoControls,
    demo_files: DemoFiles,
    /// What was written last.
    saved: RefCell<Option<Version>>,
    not_kept: Cell<Option<NotKept>>,
    is_stopped: Cell<bool>,
}

/// Tells two states apart.
#[derive(PartialEq)]
struct Version {
    rows: Revision,
    cookies: BTreeMap<String, String>,
    seconds_ahead: u64,
    message_count: usize,
}

impl StateKeeper {
    pub(super) fn new(
        store: MemoryStore,
        blobs: MemoryBlobs,
        key: Key,
        controls: DemoControls,
        demo_files: DemoFiles,
    ) -> Self {
        let (saved, not_kept, is_stopped) = (RefCell::default(), Cell::default(), Cell::default());
        Self { store, blobs, key, controls, demo_files, saved, not_kept, is_stopped }
    }

    /// Saves the state if it has changed.
    pub(super) fn save(&self, cookies: &BTreeMap<String, String>) {
        let version = Version {
            rows: self.store.revision(),
            cookies: cookies.clone(),
            seconds_ahead: self.controls.clock.seconds_ahead(),
            message_count: self.controls.outbox.messages().len(),
        };
        if self.is_stopped.get() || self.saved.borrow().as_ref() == Some(&version) {
            return;
        }
        self.not_kept.set(self.state(cookies).and_then(|state| state.save()).err());
        self.saved.replace(Some(version));
    }

    fn state(&self, cookies: &BTreeMap<String, String>) -> Result<SavedState, NotKept> {
        let packages = self.store.package_hashes();
        let uploaded = packages.into_iter().filter(|(_, hash)| !self.demo_files.0.contains_key(&hash.0));
        let files: Vec<_> = uploaded.filter_map(|(id, _)| self.blobs.get(id).map(|bytes| (id, bytes))).collect();
        if files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > MAX_UPLOADED_BYTES {
            return Err(NotKept::Uploads);
        }
        Ok(SavedState {
            rows: self.store.to_json().map_err(|_| NotKept::Storage)?,
            key: self.key.to_text(),
            cookies: cookies.clone(),
            seconds_ahead: self.controls.clock.seconds_ahead(),
            messages: self.controls.outbox.messages(),
            uploads: files.into_iter().map(|(id, bytes)| (id, BASE64.encode(&bytes))).collect(),
        })
    }

    /// Saves nothing any more.
    pub(super) fn stop(&self) {
        self.is_stopped.set(true);
    }

    /// Returns why the state would not survive a reload, if it would not.
    pub(super) fn not_kept(&self) -> Option<NotKept> {
        self.not_kept.get()
    }
}

/// The files of the demo's packages by their SHA-256.
pub(super) struct DemoFiles(BTreeMap<[u8; 32], Vec<u8>>);

impl DemoFiles {
    pub(super) fn make() -> Self {
        Self(demo::package_files().map(|file| (Sha256::digest(&file).into(), file)).collect())
    }
}

/// Forgets what the tab has stored.
pub(super) fn forget() {
    if let Some(storage) = session_storage() {
        let _ = storage.remove_item(KEY);
    }
}
