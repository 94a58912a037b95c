//! The portal in the tab: the router over in-memory adapters, with the demo's data and a jar for its cookies.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use http::{HeaderMap, Method, header};
use leptos::prelude::window;
use padlock_api::demo::Controls;
use padlock_api::keyring::Keyring;
use padlock_api::memory::{InlineHasher, MemoryBlobs, MemoryRuntime, MemoryStore};
use padlock_api::ports::{Clock, Entropy};
use padlock_api::{Api, Config, Ports};
use padlock_contract::environments::Environment;
use padlock_contract::paths::{self, BASE};
use padlock_contract::second_factor::FirstBinding;
use padlock_domain::package::Caps;
use tower::ServiceExt;

use super::super::NoAnswer;
use super::machine::{SlowRuntime, TabClock, TabEntropy, TabTasks};
use crate::served::inlined;

/// The way in.
#[derive(Clone)]
pub(super) struct Door {
    router: Router,
    runtime: MemoryRuntime,
    cookies: Rc<RefCell<BTreeMap<String, String>>>,
    origin: String,
}

/// An answer, whole.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Bytes,
}

impl Door {
    /// Builds the portal. Its data are made anew.
    pub(super) async fn open() -> Self {
        let origin = window().location().origin().unwrap_or_default();
        let demo = Controls::over(Arc::new(TabClock));
        let clock: Arc<dyn Clock> = demo.clock.clone();
        let entropy: Arc<dyn Entropy> = Arc::new(TabEntropy);
        let runtime = MemoryRuntime::default();
        let mut ports = Ports {
            store: Arc::new(MemoryStore::default()),
            blobs: Arc::new(MemoryBlobs::default()),
            runtime: Arc::new(runtime.clone()),
            clock: Arc::clone(&clock),
            hasher: Arc::new(InlineHasher::new(Arc::clone(&entropy))),
            vault: Arc::new(Keyring::ephemeral(Arc::clone(&entropy))),
            mail: demo.outbox.clone(),
            entropy,
            spawn: Arc::new(TabTasks),
        };
        if let Err(error) = padlock_api::demo::seed(&ports).await {
            leptos::logging::error!("the demo's data cannot be made: {error}");
        }
        // From here on there is somebody to watch; what the data tell of was long over.
        ports.runtime = Arc::new(SlowRuntime { inner: runtime.clone(), clock });
        let config = Config {
            public_origin: origin.clone(),
            name: "Padlock".to_owned(),
            demo: Some(demo),
            first_binding: FirstBinding::Password,
            window_idle: None,
            caps: Caps::default(),
        };
        let api = Api::new(ports, config);
        // Starts what the data say is running.
        if let Err(error) = api.recover().await {
            leptos::logging::error!("the environments cannot be started: {error}");
        }
        Self { router: api.router(), runtime, cookies: Rc::default(), origin }
    }

    /// Asks, as a browser would.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: Body,
    ) -> Result<Answer, NoAnswer> {
        let response = self.send(method, path, kind, body).await?;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.map_err(|_| NoAnswer)?;
        Ok(Answer { status, body })
    }

    /// Asks, and leaves the answer open.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: Body,
    ) -> Result<axum::response::Response, NoAnswer> {
        let mut request = http::Request::builder()
            .method(method)
            .uri([BASE, path].concat())
            .header(header::ORIGIN, &self.origin)
            .header("sec-fetch-site", "same-origin")
            .header(header::USER_AGENT, window().navigator().user_agent().unwrap_or_default())
            .header(header::COOKIE, self.cookies());
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(body).map_err(|_| NoAnswer)?;
        let response = self.router.clone().oneshot(request).await.map_err(|_| NoAnswer)?;
        self.keep_cookies(response.headers());
        Ok(response)
    }

    /// What an environment serves.
    pub(super) async fn served(&self, app: &str, environment: &str) -> Option<String> {
        let path = paths::environment(app, environment);
        let answer = self.ask(Method::GET, &path, None, Body::empty()).await.ok()?;
        let card: Environment = serde_json::from_slice(&answer.body).ok()?;
        let site = self.runtime.site(card.id.parse().ok()?)?;
        inlined(&|path| site.get(path).map(|bytes| bytes.to_vec()))
    }

    fn cookies(&self) -> String {
        let cookies = self.cookies.borrow();
        let pairs: Vec<_> = cookies.iter().map(|(name, value)| [name, "=", value].concat()).collect();
        pairs.join("; ")
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
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
