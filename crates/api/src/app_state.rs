//! What every handler shares.

use std::sync::Arc;

use padlock_contract::second_factor::FirstBinding;
use padlock_domain::SignedDuration;
use padlock_domain::package::PackageLimits;

use crate::auth::password_throttles::PasswordThrottles;
use crate::demo_controls::Controls;
use crate::http::concurrency_limit::ConcurrencyLimit;
use crate::live_updates::event_bus::EventBus;
use crate::ports::Ports;

/// What the operator decided.
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme, host and port under which browsers reach the portal: `https://padlock.example.net`.
    pub public_origin: String,
    /// What the portal is called in authenticator apps and letters.
    pub name: String,
    /// The demo's own controls, where this is the demo, with its public password.
    pub demo: Option<Controls>,
    /// What a first enrolment takes.
    pub first_binding: FirstBinding,
    /// How long an authorised window stays open without a padlocked operation; without it, until its end.
    pub window_idle: Option<SignedDuration>,
    /// How large a package may be.
    pub package_limits: PackageLimits,
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
/// Streams of events that one account may listen to: each tab of an app's page is one.
const LISTENERS_AT_ONCE: u8 = 32;

/// The API and what it remembers between requests (nothing that has to survive a restart).
#[derive(Clone)]
pub struct Api {
    pub(crate) ports: Ports,
    pub(crate) config: Arc<Config>,
    pub(crate) throttles: Arc<PasswordThrottles>,
    pub(crate) bus: Arc<EventBus>,
    /// Whose turn it is to bring what is served in line with the books.
    pub(crate) following: Arc<futures::lock::Mutex<()>>,
    /// Uploads under way.
    pub(crate) uploads: Arc<ConcurrencyLimit>,
    /// Streams of events that are listened to.
    pub(crate) listeners: Arc<ConcurrencyLimit>,
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
            uploads: Arc::new(ConcurrencyLimit::new(UPLOADS_AT_ONCE)),
            listeners: Arc::new(ConcurrencyLimit::new(LISTENERS_AT_ONCE)),
        }
    }

    /// Ends every stream of events, so that a server can shut down.
    pub fn close(&self) {
        self.bus.close();
    }
}
