//! The environments' listener.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::uri::PathAndQuery;
use http::{HeaderValue, StatusCode, Uri, header};
use padlock_api::ports::{Store, StoreError};

use super::{EnvironmentAddress, RequestTarget, StaticSiteRuntime, error_pages, service_worker, site};
use crate::http::set_hsts;

#[derive(Clone)]
struct ListenerState {
    runtime: StaticSiteRuntime,
    store: Arc<dyn Store>,
}

/// Returns the service of the environments' listener, which [`Listener::without_cookies`] serves.
///
/// [`Listener::without_cookies`]: crate::http::connections::Listener::without_cookies
pub fn router(runtime: StaticSiteRuntime, store: Arc<dyn Store>) -> Router {
    Router::new().fallback(handle).with_state(ListenerState { runtime, store })
}

async fn handle(State(listener): State<ListenerState>, request: Request) -> Response {
    let mut response = listener.handle(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if listener.runtime.url.is_https() {
        set_hsts(headers);
    }
    response
}

impl ListenerState {
    async fn handle(&self, mut request: Request) -> Response {
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        match self.runtime.url.request_target(host, request.uri()) {
            RequestTarget::Host(address) => self.serve(&address, "", request).await,
            RequestTarget::Path(address, rest) => {
                let mut response = if rest.is_empty() {
                    redirect_with_slash(request.uri())
                } else {
                    let prefix = format!("/{}/{}", address.app, address.environment);
                    match strip_prefix(request.uri(), &prefix) {
                        Some(uri) => {
                            *request.uri_mut() = uri;
                            self.serve(&address, &prefix, request).await
                        }
                        None => error_pages::unknown_environment(),
                    }
                };
                // All environments share this origin, so each is sandboxed.
                let (name, value) = site::SANDBOX;
                response.headers_mut().entry(name).or_insert(value);
                response
            }
            RequestTarget::NoEnvironment => error_pages::unknown_environment(),
            RequestTarget::UnknownHost => error_pages::unknown_host(),
        }
    }

    async fn serve(&self, address: &EnvironmentAddress, prefix: &str, request: Request) -> Response {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let is_worker_script = service_worker::is_script_request(&request);
        let response = match self.runtime.served_folder(address) {
            Some(release) => match site::handle(&release, prefix, request).await {
                response if is_worker_script && service_worker::is_missing(&response) => {
                    service_worker::removal_script()
                }
                response => response,
            },
            None if is_worker_script => service_worker::removal_script(),
            None => self.not_served(address).await,
        };
        let status = response.status().as_u16();
        tracing::info!(target: "padlock::environment", app = %address.app, environment = %address.environment,
            %method, %path, status, "answered");
        response
    }

    async fn not_served(&self, address: &EnvironmentAddress) -> Response {
        match self.display_names(address).await {
            Ok(Some((app, environment))) => error_pages::not_running(&environment, &app),
            Ok(None) => error_pages::unknown_environment(),
            Err(error) => {
                tracing::error!(%error, "the environment could not be looked up");
                error_pages::internal_error()
            }
        }
    }

    async fn display_names(&self, address: &EnvironmentAddress) -> Result<Option<(String, String)>, StoreError> {
        let mut tx = self.store.read().await?;
        // The store also finds apps by id.
        let app = tx.app(address.app.as_str()).await?.filter(|app| app.slug == address.app);
        let Some(app) = app else { return Ok(None) };
        let environments = tx.environments(app.id).await?;
        let found = environments.into_iter().find(|environment| environment.slug == address.environment);
        Ok(found.map(|environment| (app.name, environment.name)))
    }
}

/// Relative links in the site need the slash.
fn redirect_with_slash(uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, format!("{}/{query}", uri.path()))]).into_response()
}

fn strip_prefix(uri: &Uri, prefix: &str) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(prefix)?;
    Some(Uri::from(rest.parse::<PathAndQuery>().ok()?))
}
