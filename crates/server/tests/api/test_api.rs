//! The API with the data of the demo, one of the sets of adapters, and a clock that tests control.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use padlock_api::keyring::Keyring;
use padlock_api::memory::{InlineHasher, MemoryBlobs, MemoryRuntime, MemoryStore};
use padlock_api::operator::Operator;
use padlock_api::ports::{Blobs, Clock, Runtime, Store};
use padlock_api::{Api, Config, Ports, demo};
use padlock_contract::demo::Message;
use padlock_contract::second_factor::FirstBinding;
use padlock_domain::{PackageLimits, SignedDuration, Timestamp};
use padlock_server::blobs::FileBlobs;
use padlock_server::runtime::{AppsUrl, StaticSiteRuntime};
use padlock_server::store::SqlStore;
use padlock_server::system::{ArgonHasher, SystemEntropy, Tasks};
use tempfile::TempDir;

use crate::authenticator::Authenticator;
use crate::client::Client;

/// A clock that advances by a millisecond with each reading, and on request. Sleeping takes little time.
#[derive(Default)]
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn advance(&self, span: SignedDuration) {
        self.0.fetch_add(i64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Moves the clock to this time.
    pub(crate) fn set(&self, time: Timestamp) {
        self.0.store(time.as_millisecond() - START_MILLIS, Ordering::SeqCst);
    }
}

/// The time at which the clock begins.
const START_MILLIS: i64 = 1_790_000_000_000;

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(START_MILLIS + self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }

    async fn sleep(&self, _: u32) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) const ORIGIN: &str = "http://localhost:8080";

pub(crate) struct TestApi {
    api: Api,
    pub(crate) router: Router,
    pub(crate) ports: Ports,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) controls: demo::DemoControls,
    config: Config,
    pub(crate) data: Option<TempDir>,
    /// The URL of the database, if there is one.
    pub(crate) database: Option<String>,
}

impl TestApi {
    pub(crate) async fn in_memory() -> Self {
        Self::in_memory_with(|_| {}).await
    }

    /// Returns an API in memory whose ports were changed.
    pub(crate) async fn in_memory_with(change: impl FnOnce(&mut Ports)) -> Self {
        let (store, blobs) = (Arc::new(MemoryStore::default()), Arc::new(MemoryBlobs::default()));
        Self::new(store, blobs, Arc::new(MemoryRuntime::default()), None, change).await
    }

    pub(crate) async fn on_disk() -> Self {
        let data = TempDir::new().unwrap();
        let url = format!("sqlite:{}", data.path().join("padlock.sqlite").display());
        Self::with_files(data, url).await
    }

    pub(crate) async fn on_postgres() -> Self {
        Self::with_files(TempDir::new().unwrap(), padlock_trials::postgres::new_database().await).await
    }

    async fn with_files(data: TempDir, url: String) -> Self {
        let store = SqlStore::open(&url.parse().unwrap()).await.unwrap();
        let blobs = FileBlobs::open(data.path(), Arc::new(SystemEntropy)).unwrap();
        let sites = StaticSiteRuntime::open(data.path(), AppsUrl::local(8081), PackageLimits::default()).unwrap();
        let api = Self::new(Arc::new(store), Arc::new(blobs), Arc::new(sites), Some(data), |_| {}).await;
        Self { database: Some(url), ..api }
    }

    async fn new(
        store: Arc<dyn Store>,
        blobs: Arc<dyn Blobs>,
        runtime: Arc<dyn Runtime>,
        data: Option<TempDir>,
        change: impl FnOnce(&mut Ports),
    ) -> Self {
        let clock = Arc::new(TestClock::default());
        let controls = demo::DemoControls::new(clock.clone());
        let entropy = Arc::new(SystemEntropy);
        let mut ports = Ports {
            store,
            blobs,
            runtime,
            clock: controls.clock.clone(),
            vault: Arc::new(Keyring::ephemeral(entropy.clone())),
            mail: controls.outbox.clone(),
            entropy: entropy.clone(),
            // With real files, hashing must not block the only thread of a test.
            hasher: if data.is_some() {
                Arc::new(ArgonHasher::new(entropy))
            } else {
                Arc::new(InlineHasher::new(entropy))
            },
            spawn: Arc::new(Tasks::default()),
        };
        change(&mut ports);
        demo::seed(&ports).await.unwrap();
        let package_limits = PackageLimits { file_bytes: 4 * 1024 * 1024, ..PackageLimits::default() };
        let config = Config {
            public_origin: ORIGIN.into(),
            name: "Padlock".into(),
            demo: Some(controls.clone()),
            first_binding: FirstBinding::Password,
            window_idle_timeout: None,
            package_limits,
            uploads_per_hour: padlock_api::DEFAULT_UPLOADS_PER_HOUR,
            worker: "the worker of the test".to_owned(),
        };
        let api = Api::new(ports.clone(), config.clone());
        api.recover().await.unwrap();
        api.start_workers();
        Self { router: api.router(), api, ports, clock, controls, config, data, database: None }
    }

    /// Returns the API after a restart with a changed configuration.
    pub(crate) fn restarted(self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.config.clone();
        change(&mut config);
        self.api.close();
        let api = Api::new(self.ports.clone(), config.clone());
        api.start_workers();
        Self { router: api.router(), api, config, ..self }
    }

    /// Returns the time of the API.
    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Returns the emails that were sent, newest first, when no job has more to send.
    pub(crate) async fn emails(&self) -> Vec<Message> {
        wait_until(async || {
            let jobs = self.ports.store.read().await.unwrap().open_jobs(100).await.unwrap();
            jobs.iter().all(|job| !job.kind.contains("email"))
        })
        .await;
        self.controls.outbox.messages()
    }

    /// Returns the operator of the server.
    pub(crate) fn operator(&self) -> Operator {
        let Ports { store, clock, entropy, hasher, .. } = self.ports.clone();
        Operator { store, clock, entropy, hasher }
    }

    /// Returns a client that is not signed in.
    pub(crate) fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// Returns a browser in which a user of the demo is signed in.
    pub(crate) async fn browser(&self, name: &str) -> Client {
        let mut client = self.anonymous();
        client.sign_in(name).await;
        client
    }

    /// Returns a browser in which a user of the demo is signed in and has enrolled an authenticator app.
    pub(crate) async fn browser_with_authenticator(&self, name: &str) -> (Client, Authenticator) {
        let mut client = self.browser(name).await;
        let authenticator = client.enrol(self).await.authenticator;
        (client, authenticator)
    }

    /// Returns a script with a token of a user of the demo.
    pub(crate) async fn script(&self, name: &str) -> Client {
        let mut client = self.anonymous();
        client.sign_in_for_token(name).await;
        client
    }

    /// Returns the number of files in a folder of the data folder, or `None` without real files.
    pub(crate) fn count_files(&self, folder: &str) -> Option<usize> {
        let data = self.data.as_ref()?;
        Some(std::fs::read_dir(data.path().join(folder)).map_or(0, Iterator::count))
    }
}

impl Deref for TestApi {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

/// Waits up to a second for a condition.
pub(crate) async fn wait_until(condition: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the condition is not met");
}
