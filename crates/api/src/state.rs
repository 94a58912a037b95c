//! What every handler shares.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use padlock_contract::second_factor::FirstBinding;
use padlock_domain::ids::AccountId;
use padlock_domain::package::Caps;
use padlock_domain::{SignedDuration, Timestamp};

use crate::bus::Bus;
use crate::demo;
use crate::ports::{Blobs, Clock, Entropy, Hasher, Mail, Runtime, Spawn, Store, Vault, entropy};
use crate::throttles::Throttles;

/// The adapters that the API runs over.
#[derive(Clone)]
pub struct Ports {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The package files.
    pub blobs: Arc<dyn Blobs>,
    /// What serves environments.
    pub runtime: Arc<dyn Runtime>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Password hashing.
    pub hasher: Arc<dyn Hasher>,
    /// Encryption at rest.
    pub vault: Arc<dyn Vault>,
    /// Letters.
    pub mail: Arc<dyn Mail>,
    /// Background tasks.
    pub spawn: Arc<dyn Spawn>,
}

impl Ports {
    /// The present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// `N` fresh random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        entropy(self.entropy.as_ref())
    }
}

/// What the operator decided.
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme, host and port under which browsers reach the portal: `https://padlock.example.net`.
    pub public_origin: String,
    /// What the portal is called in authenticator apps and letters.
    pub name: String,
    /// The demo's own controls, where this is the demo, with its public password.
    pub demo: Option<demo::Controls>,
    /// What a first enrolment takes.
    pub first_binding: FirstBinding,
    /// How long an authorised window stays open without a padlocked operation; without it, until its end.
    pub window_idle: Option<SignedDuration>,
    /// How large a package may be.
    pub caps: Caps,
}

impl Config {
    /// Whether browsers reach the portal over TLS.
    #[must_use]
    pub fn https(&self) -> bool {
        self.public_origin.starts_with("https://")
    }
}

/// Uploads that one account may have under way.
const UPLOADS_AT_ONCE: u8 = 3;

/// The API and what it remembers between requests (nothing that has to survive a restart).
#[derive(Clone)]
pub struct Api {
    pub(crate) ports: Ports,
    pub(crate) config: Arc<Config>,
    pub(crate) throttles: Arc<Throttles>,
    pub(crate) bus: Arc<Bus>,
    /// Whose turn it is to bring what is served in line with the books.
    pub(crate) following: Arc<futures::lock::Mutex<()>>,
    uploads: Arc<Mutex<BTreeMap<AccountId, u8>>>,
}

impl Api {
    /// An API over these ports.
    #[must_use]
    pub fn new(ports: Ports, config: Config) -> Self {
        Self {
            ports,
            config: Arc::new(config),
            throttles: Arc::default(),
            bus: Arc::default(),
            following: Arc::default(),
            uploads: Arc::default(),
        }
    }

    /// Ends every stream of events, so that a server can shut down.
    pub fn close(&self) {
        self.bus.close();
    }

    /// Takes one of the account's places for uploads, if one is free.
    pub(crate) fn upload_place(&self, account: AccountId) -> Option<UploadPlace> {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = uploads.entry(account).or_default();
        if *taken >= UPLOADS_AT_ONCE {
            return None;
        }
        *taken += 1;
        Some(UploadPlace { uploads: Arc::clone(&self.uploads), account })
    }
}

/// A place for an upload; free again when dropped.
pub(crate) struct UploadPlace {
    uploads: Arc<Mutex<BTreeMap<AccountId, u8>>>,
    account: AccountId,
}

impl Drop for UploadPlace {
    fn drop(&mut self) {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = uploads.get_mut(&self.account) {
            *taken -= 1;
            if *taken == 0 {
                uploads.remove(&self.account);
            }
        }
    }
}
