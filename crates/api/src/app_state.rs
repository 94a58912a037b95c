//! The state that every handler shares.

use std::sync::Arc;

use padlock_contract::second_factor::FirstBinding;
use padlock_domain::{AccountId, PackageLimits, SignedDuration};

use crate::auth::password_throttles::PasswordThrottles;
use crate::demo::controls::DemoControls;
use crate::deployments::unpack_progress::UnpackProgress;
use crate::environments::locks::EnvironmentLocks;
use crate::http::concurrency_limit::ConcurrencyLimit;
use crate::jobs::{JobSignal, RunningJobs};
use crate::live_updates::event_bus::EventBus;
use crate::packages::upload_quota::UploadQuota;
use crate::ports::{Ports, StoreError};
use crate::unit_of_work::{Committed, UnitOfWork};

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
    /// How many uploads one account may begin within an hour.
    pub uploads_per_hour: u32,
    /// The name of this process among those that run jobs. After a restart it is the same.
    pub worker: String,
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
const MAX_UPLOADS_PER_ACCOUNT: u16 = 3;
/// How many event streams one account may have open. Each visible tab with an app's page has one; browsers open six
/// connections to a server at most, so more would leave none for requests.
const MAX_EVENT_STREAMS_PER_ACCOUNT: u16 = 4;
/// The default of [`Config::uploads_per_hour`].
pub const DEFAULT_UPLOADS_PER_HOUR: u32 = 120;

/// The API and its state between requests, none of which has to survive a restart.
#[derive(Clone)]
pub struct Api {
    pub(crate) ports: Arc<Ports>,
    pub(crate) config: Arc<Config>,
    pub(crate) throttles: Arc<PasswordThrottles>,
    pub(crate) bus: Arc<EventBus>,
    /// Lets one `reconcile` of an environment run at a time.
    pub(crate) environment_locks: Arc<EnvironmentLocks>,
    /// The uploads under way.
    pub(crate) uploads: ConcurrencyLimit<AccountId>,
    /// The uploads of the last hour.
    pub(crate) upload_quota: Arc<UploadQuota>,
    /// The open event streams.
    pub(crate) event_streams: ConcurrencyLimit<AccountId>,
    /// How far the deployments are that unpack now.
    pub(crate) unpack_progress: UnpackProgress,
    /// The jobs that this process runs.
    pub(crate) running_jobs: RunningJobs,
    /// Wakes the workers.
    pub(crate) job_signal: Arc<JobSignal>,
}

impl Api {
    /// Creates an API over these ports.
    #[must_use]
    pub fn new(ports: Ports, config: Config) -> Self {
        Self {
            upload_quota: Arc::new(UploadQuota::new(config.uploads_per_hour)),
            ports: Arc::new(ports),
            config: Arc::new(config),
            throttles: Arc::default(),
            bus: Arc::default(),
            environment_locks: Arc::default(),
            uploads: ConcurrencyLimit::new(MAX_UPLOADS_PER_ACCOUNT),
            event_streams: ConcurrencyLimit::new(MAX_EVENT_STREAMS_PER_ACCOUNT),
            unpack_progress: UnpackProgress::default(),
            running_jobs: RunningJobs::default(),
            job_signal: Arc::default(),
        }
    }

    /// Runs a unit of work, and tells the workers if it added a job.
    ///
    /// # Errors
    /// Returns the error of `work` or of the store. Nothing was changed then, unless it is [`StoreError::OutcomeUnknown`].
    pub(crate) async fn write<T, E, F>(&self, work: impl FnMut(UnitOfWork) -> F) -> Result<T, E>
    where
        F: Future<Output = Result<Committed<T>, E>>,
        E: From<StoreError>,
    {
        let Ports { store, clock, entropy, .. } = self.ports.as_ref();
        let committed = store.write(clock.as_ref(), entropy.as_ref(), work).await?;
        if committed.added_jobs() {
            self.job_signal.notify();
        }
        Ok(committed.into_value())
    }

    /// Ends every event stream and the workers, so that the server can shut down.
    pub fn close(&self) {
        self.bus.close();
        self.job_signal.notify();
    }
}
