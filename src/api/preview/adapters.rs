//! Implementations of the API's ports in the browser tab: clock, randomness, tasks, and a slowed-down runtime.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::channel::oneshot;
use leptos::prelude::{set_timeout, window};
use padlock_api::memory::MemoryRuntime;
use padlock_api::ports::{Clock, Entropy, ReadSeek, Runtime, RuntimeError, Spawn, Task, UnpackObserver};
use padlock_domain::{App, DeploymentId, Environment, EnvironmentId, Timestamp};
use wasm_bindgen_futures::spawn_local;

/// How long a stage of a deployment takes, in milliseconds. Without the delay nobody would see the stages.
const STAGE_MILLIS: u32 = 900;

pub(super) struct TabClock;

#[async_trait]
impl Clock for TabClock {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970")]
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(js_sys::Date::now() as i64).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    async fn sleep(&self, millis: u32) {
        let (sender, receiver) = oneshot::channel();
        // The future must be `Send`: a timer is not, a channel is.
        set_timeout(move || drop(sender), Duration::from_millis(millis.into()));
        let _: Result<(), _> = receiver.await;
    }
}

pub(super) struct TabEntropy;

impl Entropy for TabEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if let Ok(crypto) = window().crypto() {
            let _ = crypto.get_random_values_with_u8_array(bytes);
        }
    }
}

pub(super) struct TabTasks;

impl Spawn for TabTasks {
    fn spawn(&self, task: Task) {
        spawn_local(task);
    }
}

/// Serves environments from memory, with a delay in each stage.
pub(super) struct SlowRuntime {
    pub(super) inner: MemoryRuntime,
    pub(super) clock: Arc<dyn Clock>,
}

#[async_trait]
impl Runtime for SlowRuntime {
    async fn unpack(
        &self,
        release: DeploymentId,
        package: Box<dyn ReadSeek>,
        on_progress: UnpackObserver,
    ) -> Result<(), RuntimeError> {
        self.clock.sleep(STAGE_MILLIS).await;
        self.inner.unpack(release, package, on_progress).await
    }

    async fn check_health(&self, release: DeploymentId) -> Result<(), RuntimeError> {
        self.clock.sleep(STAGE_MILLIS).await;
        self.inner.check_health(release).await
    }

    async fn start(&self, app: &App, environment: &Environment, release: DeploymentId) -> Result<(), RuntimeError> {
        self.inner.start(app, environment, release).await
    }

    async fn stop(&self, environment: EnvironmentId) {
        self.inner.stop(environment).await;
    }

    async fn remove(&self, release: DeploymentId) -> Result<(), RuntimeError> {
        self.inner.remove(release).await
    }

    async fn remove_unreferenced(&self, keep: &BTreeSet<DeploymentId>) -> Result<u64, RuntimeError> {
        self.inner.remove_unreferenced(keep).await
    }

    async fn serving(&self, environments: &[EnvironmentId]) -> BTreeSet<EnvironmentId> {
        self.inner.serving(environments).await
    }

    fn url(&self, app: &App, environment: &Environment) -> String {
        self.inner.url(app, environment)
    }
}
