//! The state that every handler shares.

use std::sync::Arc;

use padlock_contract::second_factor::FirstBinding;
use padlock_domain::{PackageLimits, SignedDuration};

use crate::auth::password_throttles::PasswordThrottles;
use crate::demo::controls::DemoControls;
use crate::http::concurrency_limit::ConcurrencyLimit;
use crate::live_updates::event_bus::EventBus;
use crate::ports::Ports;

/// The operator's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The origin under which browsers reach the portal: `https://padlock.example.net`.
    pub public_origin: String,
    /// The portal's name in authenticator apps and emails.
    pub name: String,
    /// The demo's controls and public password; `None` outside the demo.
    pub demo: Option<DemoControls>,
    /// What a first enrolment requires.
    pub first_binding: FirstBinding,
    /// How long an authorised window stays open without a padlocked operation; `None` leaves it open until its end.
    pub window_idle_timeout: Option<SignedDuration>,
    /// The size limits of packages.
    pub package_limits: PackageLimits,
}

impl Config {
    /// Returns whether browsers reach the portal over TLS.
    #[must_use]
    pub fn https(&self) -> bool {
        self.public_origin.starts_with("https://")
    }
}

/// The delay before a background task tries a failed transaction again, in milliseconds.
pub(crate) const RETRY_DELAY_MILLIS: u32 = 1_000;
/// How many uploads one account may have under way.
const MAX_UPLOADS_PER_ACCOUNT: u8 = 3;
/// How many event streams one account may have open; each tab with an app's page is one.
const MAX_EVENT_STREAMS_PER_ACCOUNT: u8 = 32;

/// The API and its state between requests, none of which has to survive a restart.
#[derive(Clone)]
pub struct Api {
    pub(crate) ports: Arc<Ports>,
    pub(crate) config: Arc<Config>,
    pub(crate) throttles: Arc<PasswordThrottles>,
    pub(crate) bus: Arc<EventBus>,
    /// Lets one `reconcile` run at a time.
    pub(crate) reconcile_lock: Arc<futures::lock::Mutex<()>>,
    /// The uploads under way.
    pub(crate) uploads: ConcurrencyLimit,
    /// The open event streams.
    pub(crate) event_streams: ConcurrencyLimit,
}

impl Api {
    /// Creates an API over these ports.
    #[must_use]
    pub fn new(ports: Ports, config: Config) -> Self {
        Self {
            ports: Arc::new(ports),
            config: Arc::new(config),
            throttles: Arc::default(),
            bus: Arc::default(),
            reconcile_lock: Arc::default(),
            uploads: ConcurrencyLimit::new(MAX_UPLOADS_PER_ACCOUNT),
            event_streams: ConcurrencyLimit::new(MAX_EVENT_STREAMS_PER_ACCOUNT),
        }
    }

    /// Ends every event stream, so that the server can shut down.
    pub fn close(&self) {
        self.bus.close();
    }
}
