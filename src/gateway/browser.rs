//! The production end of the seam: fetch, XMLHttpRequest, EventSource and a link.

mod events;

use gloo_net::http::{Method as HttpMethod, RequestBuilder};
use js_sys::Promise;
use leptos::prelude::document;
use padlock_contract::paths::BASE;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, FormData, HtmlAnchorElement, ProgressEvent, XmlHttpRequest};

use super::{Method, NoAnswer, Request, Response};

pub use events::{Events, events};

/// Sends a request. Dropped before its answer is there, it is aborted.
///
/// # Errors
/// [`NoAnswer`].
pub async fn call(request: Request) -> Result<Response, NoAnswer> {
    let Request { method, path, body } = request;
    let abort = AbortOnDrop(AbortController::new().map_err(|_| NoAnswer)?);
    let builder = RequestBuilder::new(&address(&path))
        .method(match method {
            Method::Get => HttpMethod::GET,
            Method::Post => HttpMethod::POST,
            Method::Delete => HttpMethod::DELETE,
        })
        .abort_signal(Some(&abort.0.signal()));
    let request = match body {
        Some(json) => builder.header("Content-Type", "application/json").body(json),
        None => builder.build(),
    };
    let answer = request.map_err(|_| NoAnswer)?.send().await.map_err(|_| NoAnswer)?;
    Ok(Response { status: answer.status(), body: answer.text().await.map_err(|_| NoAnswer)? })
}

/// Sends a file. Dropped before its answer is there, it is aborted, and the server keeps nothing of it.
///
/// # Errors
/// [`NoAnswer`].
pub async fn upload(
    path: String,
    file: web_sys::File,
    progress: impl Fn(u64, u64) + 'static,
) -> Result<Response, NoAnswer> {
    // fetch cannot tell how much of a body has gone out.
    let request = StopOnDrop(XmlHttpRequest::new().map_err(|_| NoAnswer)?);
    let xhr = &request.0;
    xhr.open("POST", &address(&path)).map_err(|_| NoAnswer)?;
    let told = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        progress(whole(event.loaded()), whole(event.total()));
    });
    xhr.upload().map_err(|_| NoAnswer)?.set_onprogress(Some(told.as_ref().unchecked_ref()));
    let form = FormData::new().map_err(|_| NoAnswer)?;
    form.append_with_blob_and_filename("file", &file, &file.name()).map_err(|_| NoAnswer)?;
    let ended = Promise::new(&mut |resolve, _| xhr.set_onloadend(Some(&resolve)));
    xhr.send_with_opt_form_data(Some(&form)).map_err(|_| NoAnswer)?;
    JsFuture::from(ended).await.map_err(|_| NoAnswer)?;
    let status = xhr.status().unwrap_or_default();
    if status == 0 {
        return Err(NoAnswer);
    }
    Ok(Response { status, body: xhr.response_text().ok().flatten().unwrap_or_default() })
}

/// Lets the browser save what is at `path`.
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

struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct StopOnDrop(XmlHttpRequest);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        // The closures are about to go: nothing may call them any more.
        self.0.set_onloadend(None);
        if let Ok(upload) = self.0.upload() {
            upload.set_onprogress(None);
        }
        let _ = self.0.abort();
    }
}
