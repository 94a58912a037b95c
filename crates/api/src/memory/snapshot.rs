//! The in-memory store as JSON, so that the preview survives a reload of its tab.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use padlock_domain::PackageId;
use padlock_domain::package::Sha256;

use super::store::Tables;
use super::{MemoryBlobs, MemoryStore};

impl MemoryStore {
    /// Returns all rows as JSON.
    ///
    /// # Errors
    /// Returns the error of the serialiser.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&*self.snapshot())
    }

    /// Creates a store with the rows that [`to_json`](Self::to_json) returned.
    ///
    /// # Errors
    /// Returns an error if the text has another form, such as that of another version.
    pub fn from_json(text: &str) -> serde_json::Result<Self> {
        let tables: Tables = serde_json::from_str(text)?;
        let store = Self::default();
        *store.tables.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(tables);
        Ok(store)
    }

    /// Returns the id and the hash of every package.
    #[must_use]
    pub fn package_hashes(&self) -> Vec<(PackageId, Sha256)> {
        self.snapshot().packages.values().map(|package| (package.id, package.sha256)).collect()
    }
}

impl MemoryBlobs {
    /// Adds a file.
    pub fn insert(&self, id: PackageId, bytes: Bytes) {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(id, bytes);
    }

    /// Returns a file, if there is one.
    #[must_use]
    pub fn get(&self, id: PackageId) -> Option<Bytes> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }
}

/// Maps whose keys are pairs, as lists: the keys of JSON objects are text.
pub(super) mod pairs {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::BTreeMap;

    pub(in crate::memory) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(in crate::memory) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}
