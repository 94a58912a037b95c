//! The production end of the seam: fetch, XMLHttpRequest, EventSource and a link.

mod events;

use js_sys::Promise;
use leptos::prelude::{document, window};
use padlock_contract::paths::BASE;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, FormData, Headers, HtmlAnchorElement, ProgressEvent, RequestInit, XmlHttpRequest};

use super::{Method, NoAnswer, Request, Response};

pub use events::{Events, events};

/// Sends a request. Dropped before its answer is there, it is aborted.
///
/// # Errors
/// [`NoAnswer`].
pub async fn call(request: Request) -> Result<Response, NoAnswer> {
    answered(request).await.map_err(|_| NoAnswer)
}

async fn answered(request: Request) -> Result<Response, JsValue> {
    let Request { method, path, body } = request;
    let abort = AbortOnDrop(AbortController::new()?);
    let how = RequestInit::new();
    how.set_signal(Some(&abort.0.signal()));
    how.set_method(match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Delete => "DELETE",
    });
    if let Some(json) = body {
        let headers = Headers::new()?;
        headers.set("Content-Type", "application/json")?;
        how.set_headers(&headers);
        how.set_body(&json.into());
    }
    let answer = JsFuture::from(window().fetch_with_str_and_init(&address(&path), &how)).await?;
    let answer: web_sys::Response = answer.unchecked_into();
    let body = JsFuture::from(answer.text()?).await?;
    Ok(Response { status: answer.status(), body: body.as_string().unwrap_or_default() })
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
