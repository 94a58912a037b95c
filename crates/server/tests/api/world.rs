//! The API with the demo's data, over either set of adapters, at a time that tests move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use padlock_api::keyring::Keyring;
use padlock_api::memory::{InlineHasher, MemoryBlobs, MemoryRuntime, MemoryStore};
use padlock_api::ports::{Blobs, Clock, Runtime, Store};
use padlock_api::{Api, Config, Ports, demo, demo_controls};
use padlock_contract::second_factor::FirstBinding;
use padlock_domain::package::PackageLimits;
use padlock_domain::{SignedDuration, Timestamp};
use padlock_server::blobs::FileBlobs;
use padlock_server::runtime::{AppsUrl, Sites};
use padlock_server::store::SqliteStore;
use padlock_server::system::{ArgonHasher, SystemEntropy, Tasks};
use tempfile::TempDir;

use crate::client::Client;

/// A clock that ticks a millisecond each time it is read, and moves on when told. Sleeping is short, so that nobody
/// waits for it.
#[derive(Default)]
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn advance(&self, span: SignedDuration) {
        self.0.fetch_add(i64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(1_790_000_000_000 + self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }

    async fn sleep(&self, _: u32) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) const ORIGIN: &str = "http://localhost:8080";

pub(crate) struct World {
    pub(crate) api: Api,
    pub(crate) router: Router,
    pub(crate) ports: Ports,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) controls: demo_controls::Controls,
    config: Config,
    pub(crate) data: Option<TempDir>,
}

impl World {
    pub(crate) async fn in_memory() -> Self {
        Self::in_memory_with(MemoryBlobs::default()).await
    }

    pub(crate) async fn in_memory_with(blobs: MemoryBlobs) -> Self {
        Self::over(Arc::new(MemoryStore::default()), Arc::new(blobs), Arc::new(MemoryRuntime::default()), None).await
    }

    /// The same over another store.
    pub(crate) async fn in_memory_over(store: Arc<dyn Store>) -> Self {
        Self::over(store, Arc::new(MemoryBlobs::default()), Arc::new(MemoryRuntime::default()), None).await
    }

    pub(crate) async fn on_disk() -> Self {
        let data = TempDir::new().unwrap();
        let store = SqliteStore::open(&data.path().join("padlock.sqlite")).await.unwrap();
        let blobs = FileBlobs::open(data.path(), Arc::new(SystemEntropy)).unwrap();
        let sites = Sites::open(data.path(), AppsUrl::local(8081), PackageLimits::default()).unwrap();
        Self::over(Arc::new(store), Arc::new(blobs), Arc::new(sites), Some(data)).await
    }

    async fn over(
        store: Arc<dyn Store>,
        blobs: Arc<dyn Blobs>,
        runtime: Arc<dyn Runtime>,
        data: Option<TempDir>,
    ) -> Self {
        let clock = Arc::new(TestClock::default());
        let controls = demo_controls::Controls::over(clock.clone());
        let entropy = Arc::new(SystemEntropy);
        let ports = Ports {
            store,
            blobs,
            runtime,
            clock: controls.clock.clone(),
            vault: Arc::new(Keyring::ephemeral(entropy.clone())),
            mail: controls.outbox.clone(),
            entropy: entropy.clone(),
            // Off the one thread of these tests, as in the real server, where there is a disk to wait for.
            hasher: if data.is_some() {
                Arc::new(ArgonHasher::new(entropy))
            } else {
                Arc::new(InlineHasher::new(entropy))
            },
            spawn: Arc::new(Tasks::default()),
        };
        demo::seed(&ports).await.unwrap();
        let caps = PackageLimits { size: 4 * 1024 * 1024, ..PackageLimits::default() };
        let config = Config {
            public_origin: ORIGIN.into(),
            name: "Padlock".into(),
            demo: Some(controls.clone()),
            first_binding: FirstBinding::Password,
            window_idle: None,
            package_limits: caps,
        };
        let api = Api::new(ports.clone(), config.clone());
        api.recover().await.unwrap();
        Self { router: api.router(), api, ports, clock, controls, config, data }
    }

    /// The same installation after a restart, with other settings.
    pub(crate) fn restarted(self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.config.clone();
        change(&mut config);
        let api = Api::new(self.ports.clone(), config.clone());
        Self { router: api.router(), api, config, ..self }
    }

    /// The portal's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Somebody who is not signed in.
    pub(crate) fn stranger(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// One of the demo's people in a browser.
    pub(crate) async fn browser(&self, who: &str) -> Client {
        let mut client = self.stranger();
        client.sign_in(who).await;
        client
    }

    /// One of the demo's people's scripts.
    pub(crate) async fn script(&self, who: &str) -> Client {
        let mut client = self.stranger();
        client.sign_in_for_token(who).await;
        client
    }

    /// Files on disk below the data folder that lie in `folder`.
    pub(crate) fn files_in(&self, folder: &str) -> Option<usize> {
        let data = self.data.as_ref()?;
        Some(std::fs::read_dir(data.path().join(folder)).map_or(0, Iterator::count))
    }
}
