//! The API in the tab: the axum router over in-memory adapters, with the demo data and a cookie jar.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use http::{HeaderMap, Method, header};
use leptos::ev;
use leptos::prelude::{set_interval, window, window_event_listener};
use padlock_api::demo::DemoControls;
use padlock_api::keyring::{Key, Keyring};
use padlock_api::memory::{InlineHasher, MemoryBlobs, MemoryRuntime, MemoryStore};
use padlock_api::ports::{Clock, Entropy, random_bytes};
use padlock_api::{Api, Config, Ports};
use padlock_contract::environments::Environment;
use padlock_contract::paths::{self, BASE};
use padlock_contract::second_factor::FirstBinding;
use padlock_domain::PackageLimits;
use tower::ServiceExt;

use super::super::NetworkError;
use super::adapters::{SlowRuntime, TabClock, TabEntropy, TabTasks};
use super::saved_state::{DemoFiles, RestoredState, SavedState, StateKeeper};
use crate::dev::inline_site::inline_start_page;

/// How often a changed state is written to the tab's storage.
const SAVE_INTERVAL: Duration = Duration::from_millis(500);

/// The running API, which takes requests as a server would.
#[derive(Clone)]
pub(super) struct PreviewBackend {
    router: Router,
    runtime: MemoryRuntime,
    cookies: Rc<RefCell<BTreeMap<String, String>>>,
    origin: String,
    keeper: Rc<StateKeeper>,
}

/// A response with its whole body.
pub(super) struct RawResponse {
    pub(super) status: u16,
    pub(super) body: Bytes,
}

impl PreviewBackend {
    /// Builds the API with the state that the tab has stored, or with new demo data.
    pub(super) async fn open() -> Self {
        let origin = window().location().origin().unwrap_or_default();
        let controls = DemoControls::new(Arc::new(TabClock));
        let entropy: Arc<dyn Entropy> = Arc::new(TabEntropy);
        let demo_files = DemoFiles::make();
        let restored = SavedState::load().and_then(|state| state.restore(&controls, &demo_files));
        let is_new = restored.is_none();
        let RestoredState { store, blobs, key, cookies } = restored.unwrap_or_else(|| RestoredState {
            store: MemoryStore::default(),
            blobs: MemoryBlobs::default(),
            key: Key::new(random_bytes(entropy.as_ref())),
            cookies: BTreeMap::new(),
        });
        let clock: Arc<dyn Clock> = controls.clock.clone();
        let runtime = MemoryRuntime::default();
        let mut ports = Ports {
            store: Arc::new(store.clone()),
            blobs: Arc::new(blobs.clone()),
            runtime: Arc::new(runtime.clone()),
            clock: Arc::clone(&clock),
            hasher: Arc::new(InlineHasher::for_public_passwords(Arc::clone(&entropy))),
            vault: Arc::new(Keyring::new(key.clone(), Vec::new(), Arc::clone(&entropy))),
            mail: controls.outbox.clone(),
            entropy,
            spawn: Arc::new(TabTasks),
        };
        if is_new && let Err(error) = padlock_api::demo::seed(&ports).await {
            leptos::logging::error!("the demo's data cannot be made: {error}");
        }
        let config = Config {
            public_origin: origin.clone(),
            name: "Padlock".to_owned(),
            demo: Some(controls.clone()),
            first_binding: FirstBinding::Password,
            window_idle_timeout: None,
            package_limits: PackageLimits::default(),
            uploads_per_hour: padlock_api::DEFAULT_UPLOADS_PER_HOUR,
            worker: "the tab".to_owned(),
        };
        // Starts the environments that run according to the data, and ends what a reload has interrupted.
        if let Err(error) = Api::new(ports.clone(), config.clone()).recover().await {
            leptos::logging::error!("the environments cannot be started: {error}");
        }
        // Only deployments that a visitor can watch are slowed down.
        ports.runtime = Arc::new(SlowRuntime { inner: runtime.clone(), clock });
        let api = Api::new(ports, config);
        api.start_workers();
        let router = api.router();
        let keeper = Rc::new(StateKeeper::new(store, blobs, key, controls, demo_files));
        let backend = Self { router, runtime, cookies: Rc::new(RefCell::new(cookies)), origin, keeper };
        backend.keep_state();
        backend
    }

    /// Saves the state now and then, and when the page goes.
    fn keep_state(&self) {
        let (saving, leaving) = (self.clone(), self.clone());
        set_interval(move || saving.keeper.save(&saving.cookies.borrow()), SAVE_INTERVAL);
        // Dropped with the tab.
        let _ = window_event_listener(ev::pagehide, move |_| leaving.keeper.save(&leaving.cookies.borrow()));
    }

    /// Returns what keeps the state over a reload.
    pub(super) fn keeper(&self) -> &StateKeeper {
        &self.keeper
    }

    /// Sends a request as a browser would and reads the whole response.
    pub(super) async fn fetch(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: Body,
    ) -> Result<RawResponse, NetworkError> {
        let response = self.send(method, path, content_type, body).await?;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.map_err(|_| NetworkError)?;
        Ok(RawResponse { status, body })
    }

    /// Sends a request as a browser would. The body of the response may still be streaming.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: Body,
    ) -> Result<axum::response::Response, NetworkError> {
        let mut request = http::Request::builder()
            .method(method)
            .uri([BASE, path].concat())
            .header(header::ORIGIN, &self.origin)
            .header("sec-fetch-site", "same-origin")
            .header(header::USER_AGENT, window().navigator().user_agent().unwrap_or_default())
            .header(header::COOKIE, self.cookie_header());
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let request = request.body(body).map_err(|_| NetworkError)?;
        let response = self.router.clone().oneshot(request).await.map_err(|_| NetworkError)?;
        self.store_cookies(response.headers());
        Ok(response)
    }

    /// Returns the start page that an environment serves, with all its resources inlined.
    pub(super) async fn served_page(&self, app: &str, environment: &str) -> Option<String> {
        let path = paths::environment(app, environment);
        let response = self.fetch(Method::GET, &path, None, Body::empty()).await.ok()?;
        let environment: Environment = serde_json::from_slice(&response.body).ok()?;
        let site = self.runtime.site(environment.id.parse().ok()?)?;
        inline_start_page(&|path| site.get(path).map(|bytes| bytes.to_vec()))
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.borrow();
        let pairs: Vec<_> = cookies.iter().map(|(name, value)| [name, "=", value].concat()).collect();
        pairs.join("; ")
    }

    fn store_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.borrow_mut();
        for cookie in headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let mut parts = cookie.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            if parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
