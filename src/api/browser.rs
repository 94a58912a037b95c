//! The client in production: fetch and EventSource by `gloo-net`, XMLHttpRequest for uploads, a link for downloads.

mod events;
mod preloaded;

use gloo_net::http::{Method as HttpMethod, RequestBuilder};
use js_sys::Promise;
use leptos::prelude::document;
use padlock_contract::paths::BASE;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, FormData, HtmlAnchorElement, ProgressEvent, XmlHttpRequest};

use super::{Method, NetworkError, Request, Response};

pub use events::{EventStream, events};
pub use preloaded::wait_for_preloaded;

/// Sends a request. It is aborted when the future is dropped before the response is there.
///
/// # Errors
/// [`NetworkError`] where there was no response.
pub async fn call(request: Request) -> Result<Response, NetworkError> {
    if let Some(response) = preloaded::take(&request).await {
        return Ok(response);
    }
    fetch(request).await.map_err(|_| NetworkError)
}

async fn fetch(Request { method, path, body }: Request) -> Result<Response, gloo_net::Error> {
    let abort = AbortOnDrop(AbortController::new().ok());
    let method = match method {
        Method::Get => HttpMethod::GET,
        Method::Post => HttpMethod::POST,
        Method::Delete => HttpMethod::DELETE,
    };
    let signal = abort.0.as_ref().map(AbortController::signal);
    let builder = RequestBuilder::new(&address(&path)).method(method).abort_signal(signal.as_ref());
    let response = match body {
        Some(json) => builder.header("Content-Type", "application/json").body(json)?.send().await?,
        None => builder.send().await?,
    };
    Ok(Response { status: response.status(), body: response.text().await? })
}

/// Uploads a file as `multipart/form-data`. `progress` is called with the bytes sent and their total. Aborted when the
/// future is dropped before the response is there; the server then keeps nothing of the file.
///
/// # Errors
/// [`NetworkError`] where there was no response.
pub async fn upload(
    path: String,
    file: web_sys::File,
    progress: impl Fn(u64, u64) + 'static,
) -> Result<Response, NetworkError> {
    // fetch has no progress for what is sent.
    let request = XhrAbortOnDrop(XmlHttpRequest::new().map_err(|_| NetworkError)?);
    let xhr = &request.0;
    xhr.open("POST", &address(&path)).map_err(|_| NetworkError)?;
    let on_progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        progress(whole(event.loaded()), whole(event.total()));
    });
    xhr.upload().map_err(|_| NetworkError)?.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    let form = FormData::new().map_err(|_| NetworkError)?;
    form.append_with_blob_and_filename("file", &file, &file.name()).map_err(|_| NetworkError)?;
    let ended = Promise::new(&mut |resolve, _| xhr.set_onloadend(Some(&resolve)));
    xhr.send_with_opt_form_data(Some(&form)).map_err(|_| NetworkError)?;
    JsFuture::from(ended).await.map_err(|_| NetworkError)?;
    let status = xhr.status().unwrap_or_default();
    if status == 0 {
        return Err(NetworkError);
    }
    Ok(Response { status, body: xhr.response_text().ok().flatten().unwrap_or_default() })
}

/// Downloads what is at `path` to a file.
pub fn download(path: &str, file_name: &str) {
    let Some(link) =
        document().create_element("a").ok().and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok())
    else {
        return;
    };
    link.set_href(&address(path));
    link.set_download(file_name);
    link.click();
}

fn address(path: &str) -> String {
    [BASE, path].concat()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of bytes")]
fn whole(bytes: f64) -> u64 {
    bytes as u64
}

struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

struct XhrAbortOnDrop(XmlHttpRequest);

impl Drop for XhrAbortOnDrop {
    fn drop(&mut self) {
        // The closures are dropped too and must not be called any more.
        self.0.set_onloadend(None);
        if let Ok(upload) = self.0.upload() {
            upload.set_onprogress(None);
        }
        let _ = self.0.abort();
    }
}
