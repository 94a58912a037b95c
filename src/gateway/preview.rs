//! The preview's end of the seam: the real router, in the tab.
//!
//! Nothing is kept: a reload starts anew.

mod door;
mod events;
mod machine;

use futures::future::{FutureExt, LocalBoxFuture, Shared};
use js_sys::{Array, Uint8Array};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, HtmlAnchorElement, Url};

use self::door::Door;
use super::{Method, NoAnswer, Request, Response};

pub use events::{Events, events};

/// How much of a file is handed over at a time, so that there is progress to see.
const PART: f64 = 256.0 * 1024.0;

thread_local! {
    static DOOR: Shared<LocalBoxFuture<'static, Door>> = Door::open().boxed_local().shared();
}

/// The way into the portal, once its demo data are there.
async fn door() -> Door {
    DOOR.with(Clone::clone).await
}

/// Hands a request to the router.
///
/// # Errors
/// [`NoAnswer`].
pub async fn call(request: Request) -> Result<Response, NoAnswer> {
    let method = match request.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Delete => http::Method::DELETE,
    };
    let kind = request.body.is_some().then_some("application/json");
    let answer = door().await.ask(method, &request.path, kind, request.body.unwrap_or_default().into()).await?;
    Ok(Response { status: answer.status, body: String::from_utf8_lossy(&answer.body).into_owned() })
}

/// Hands a file to the router.
///
/// # Errors
/// [`NoAnswer`].
pub async fn upload(
    path: String,
    file: web_sys::File,
    progress: impl Fn(u64, u64) + 'static,
) -> Result<Response, NoAnswer> {
    let size = file.size();
    let mut bytes = Vec::new();
    let mut at = 0.0;
    while at < size {
        let part = file.slice_with_f64_and_f64(at, (at + PART).min(size)).map_err(|_| NoAnswer)?;
        let buffer = JsFuture::from(part.array_buffer()).await.map_err(|_| NoAnswer)?;
        bytes.extend(Uint8Array::new(&buffer).to_vec());
        at += PART;
        progress(bytes.len() as u64, whole(size));
    }
    let path = crate::address::with_query(&path, &[("file_name", &file.name())]);
    let octets = Some("application/octet-stream");
    let answer = door().await.ask(http::Method::POST, &path, octets, bytes.into()).await?;
    Ok(Response { status: answer.status, body: String::from_utf8_lossy(&answer.body).into_owned() })
}

/// Lets the browser save what is at `path`.
pub fn download(path: &str, file_name: &str) {
    let (path, file_name) = (path.to_owned(), file_name.to_owned());
    spawn_local(async move {
        if let Ok(answer) = door().await.ask(http::Method::GET, &path, None, axum::body::Body::empty()).await {
            save(&answer.body, &file_name);
        }
    });
}

fn save(bytes: &[u8], file_name: &str) {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let address = Blob::new_with_u8_array_sequence(&parts).and_then(|blob| Url::create_object_url_with_blob(&blob));
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let (Ok(address), Some(link)) = (address, link) {
        link.set_href(&address);
        link.set_download(file_name);
        link.click();
        let _ = Url::revoke_object_url(&address);
    }
}

/// The page that an environment serves at `url`, whole in itself.
pub async fn served(app: String, environment: String) -> Option<String> {
    door().await.served(&app, &environment).await
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size")]
fn whole(bytes: f64) -> u64 {
    bytes as u64
}
