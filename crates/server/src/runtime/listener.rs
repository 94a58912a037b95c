//! What answers at the environments' addresses.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::uri::PathAndQuery;
use http::{HeaderValue, StatusCode, Uri, header};
use padlock_api::ports::{Store, StoreError};

use super::{Asked, Place, Sites, pages, site};
use crate::http::insist_on_https;

#[derive(Clone)]
struct Listener {
    sites: Sites,
    store: Arc<dyn Store>,
}

/// Everything that the environments' listener answers.
pub fn router(sites: Sites, store: Arc<dyn Store>) -> Router {
    Router::new().fallback(answer).with_state(Listener { sites, store })
}

async fn answer(State(listener): State<Listener>, request: Request) -> Response {
    let mut response = listener.answer(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if listener.sites.url.is_https() {
        insist_on_https(headers);
    }
    response
}

impl Listener {
    async fn answer(&self, mut request: Request) -> Response {
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        match self.sites.url.asked(host, request.uri()) {
            Asked::Host(place) => self.serve(&place, "", request).await,
            Asked::Path(place, rest) => {
                let mut response = if rest.is_empty() {
                    to_folder(request.uri())
                } else {
                    let prefix = format!("/{}/{}", place.app, place.environment);
                    match below(request.uri(), &prefix) {
                        Some(uri) => {
                            *request.uri_mut() = uri;
                            self.serve(&place, &prefix, request).await
                        }
                        None => pages::nothing_here(),
                    }
                };
                // All environments share this origin: none may act in the name of another.
                let (name, value) = site::SANDBOX;
                response.headers_mut().entry(name).or_insert(value);
                response
            }
            Asked::Nowhere => pages::nothing_here(),
            Asked::Stranger => pages::stranger(),
        }
    }

    async fn serve(&self, place: &Place, prefix: &str, request: Request) -> Response {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = match self.sites.served(place) {
            Some(release) => site::answer(&release, prefix, request).await,
            None => self.absent(place).await,
        };
        let status = response.status().as_u16();
        tracing::info!(target: "padlock::environment", app = %place.app, environment = %place.environment,
            %method, %path, status, "answered");
        response
    }

    /// Nothing is served there: because it is stopped or empty, or because there is no such environment.
    async fn absent(&self, place: &Place) -> Response {
        match self.display_names(place).await {
            Ok(Some((app, environment))) => pages::not_running(&environment, &app),
            Ok(None) => pages::nothing_here(),
            Err(error) => {
                tracing::error!(%error, "the environment could not be looked up");
                pages::failed()
            }
        }
    }

    async fn display_names(&self, place: &Place) -> Result<Option<(String, String)>, StoreError> {
        let mut work = self.store.read().await?;
        // By slug only: ids are for the API.
        let app = work.app(place.app.as_str()).await?.filter(|app| app.slug == place.app);
        let Some(app) = app else { return Ok(None) };
        let environments = work.environments(app.id).await?;
        let found = environments.into_iter().find(|environment| environment.slug == place.environment);
        Ok(found.map(|environment| (app.name, environment.name)))
    }
}

/// Relative addresses in the site need the slash.
fn to_folder(uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = Response::new(Body::empty());
    match HeaderValue::try_from(format!("{}/{query}", uri.path())) {
        Ok(location) => {
            *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
            response.headers_mut().insert(header::LOCATION, location);
            response
        }
        Err(_) => pages::nothing_here(),
    }
}

fn below(uri: &Uri, prefix: &str) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(prefix)?;
    Some(Uri::from(rest.parse::<PathAndQuery>().ok()?))
}
