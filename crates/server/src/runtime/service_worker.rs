//! Removes service workers that outlive the release that registered them.
//!
//! A browser keeps the worker of an origin until its script changes. It also keeps it if the script is missing, redirected
//! or answered with an error. A worker could therefore control an environment for ever, whatever is deployed there. So a
//! script that the environment does not have is answered with one that unregisters the worker.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, Method, Request, StatusCode, header};

/// Replaces the worker at once, deletes what it has cached, and reloads the pages that it controls.
///
/// The last step does not wait for the pages: a navigation may wait for the end of the `activate` event.
const REMOVAL_SCRIPT: &str = r#"// The site that runs here has no service worker at this address. This one removes itself.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(remove()));

async function remove() {
  const names = await self.caches.keys();
  await Promise.all(names.map((name) => self.caches.delete(name)));
  await self.registration.unregister();
  const clients = await self.clients.matchAll({ type: "window" });
  for (const client of clients) client.navigate(client.url).catch(() => {});
}
"#;

const SERVICE_WORKER: HeaderName = HeaderName::from_static("service-worker");

/// Returns whether a browser requests the script of a service worker, to register or to update it (Service Workers §6.5).
pub(super) fn is_script_request<B>(request: &Request<B>) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
        && request.headers().get(SERVICE_WORKER).is_some_and(|value| value == "script")
}

/// Returns whether this response says that a release does not have the requested file. A folder, which is redirected, is
/// none.
pub(super) fn is_missing(response: &Response) -> bool {
    matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::TEMPORARY_REDIRECT)
}

/// Returns the response for a worker's script that an environment does not have.
pub(super) fn removal_script() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, REMOVAL_SCRIPT).into_response()
}
