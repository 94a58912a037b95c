//! The API client of the preview: requests go to the real API (an axum router), which runs in the same tab.
//!
//! Its state survives a reload of the tab ([`saved_state`]).

mod adapters;
mod backend;
mod events;
mod saved_state;

use futures::future::{FutureExt, LocalBoxFuture, Shared};
use js_sys::{Array, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, HtmlAnchorElement, Url};

use self::backend::PreviewBackend;
use super::{Method, NetworkError, Request, Response};

pub use events::{EventStream, events};
pub use saved_state::NotKept;

/// How many bytes of a file are read at a time. Small enough that an upload shows progress.
const CHUNK_SIZE: f64 = 256.0 * 1024.0;

/// Nothing is preloaded in the preview.
pub async fn wait_for_preloaded() {}

thread_local! {
    static BACKEND: Shared<LocalBoxFuture<'static, PreviewBackend>> = PreviewBackend::open().boxed_local().shared();
}

/// Returns the backend once its demo data has been created.
async fn backend() -> PreviewBackend {
    BACKEND.with(Clone::clone).await
}

/// Sends a request to the router.
///
/// # Errors
/// [`NetworkError`] where there was no response.
pub async fn call(request: Request) -> Result<Response, NetworkError> {
    let method = match request.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Delete => http::Method::DELETE,
    };
    let content_type = request.body.is_some().then_some("application/json");
    let body = request.body.unwrap_or_default().into();
    let response = backend().await.fetch(method, &request.path, content_type, body).await?;
    Ok(Response { status: response.status, body: String::from_utf8_lossy(&response.body).into_owned() })
}

/// Uploads a file to the router. `progress` is called with the bytes read so far and their total.
///
/// # Errors
/// [`NetworkError`] where the file could not be read or there was no response.
pub async fn upload(
    path: String,
    file: web_sys::File,
    progress: impl Fn(u64, u64) + 'static,
) -> Result<Response, NetworkError> {
    let size = file.size();
    let mut bytes = Vec::new();
    let mut offset = 0.0;
    while offset < size {
        let chunk = file.slice_with_f64_and_f64(offset, (offset + CHUNK_SIZE).min(size)).map_err(|_| NetworkError)?;
        let buffer = JsFuture::from(chunk.array_buffer()).await.map_err(|_| NetworkError)?;
        bytes.extend(Uint8Array::new(&buffer).to_vec());
        offset += CHUNK_SIZE;
        progress(bytes.len() as u64, to_integer(size));
    }
    let path = crate::routes::with_query(&path, &[("file_name", &file.name())]);
    let content_type = Some("application/octet-stream");
    let response = backend().await.fetch(http::Method::POST, &path, content_type, bytes.into()).await?;
    Ok(Response { status: response.status, body: String::from_utf8_lossy(&response.body).into_owned() })
}

/// Downloads what is at `path` to a file.
pub fn download(path: &str, file_name: &str) {
    let (path, file_name) = (path.to_owned(), file_name.to_owned());
    spawn_local(async move {
        if let Ok(response) = backend().await.fetch(http::Method::GET, &path, None, axum::body::Body::empty()).await {
            save_file(&response.body, &file_name);
        }
    });
}

fn save_file(bytes: &[u8], file_name: &str) {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let url = Blob::new_with_u8_array_sequence(&parts).and_then(|blob| Url::create_object_url_with_blob(&blob));
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let (Ok(url), Some(link)) = (url, link) {
        link.set_href(&url);
        link.set_download(file_name);
        link.click();
        let _ = Url::revoke_object_url(&url);
    }
}

/// Returns why the state would not survive a reload, if it would not.
pub async fn state_not_kept() -> Option<NotKept> {
    backend().await.keeper().not_kept()
}

/// Forgets everything and starts anew from the demo data, by loading the page again.
pub fn reset() {
    spawn_local(async {
        backend().await.keeper().stop();
        saved_state::forget();
        let _ = window().location().set_href(&crate::navigation::start_address());
    });
}

/// Returns the start page that an environment serves, with all its resources inlined. `None` if it serves nothing.
pub async fn served_page(app: String, environment: String) -> Option<String> {
    backend().await.served_page(&app, &environment).await
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size")]
fn to_integer(bytes: f64) -> u64 {
    bytes as u64
}
