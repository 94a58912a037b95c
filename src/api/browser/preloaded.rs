//! The responses for which `boot.js` asked while the program was still loading.

use std::time::Duration;

use futures::future::{join_all, select};
use gloo_timers::future::sleep;
use js_sys::{Map, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

use crate::api::{Method, Request, Response};

#[wasm_bindgen]
extern "C" {
    /// A response as `boot.js` keeps it: its status and body once they are there, and `ready`, a promise for both.
    type Preloaded;

    #[wasm_bindgen(method, getter)]
    fn status(this: &Preloaded) -> Option<u16>;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Preloaded) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn ready(this: &Preloaded) -> js_sys::Promise;
}

/// Waits until the responses are here, but not long: a slow API must not keep the page from being shown.
pub async fn wait_for_preloaded() {
    const MAX_WAIT: Duration = Duration::from_millis(500);
    let Some(preloaded) = preloaded() else { return };
    let responses = preloaded.values().into_iter().flatten().map(|response| {
        let response: Preloaded = response.unchecked_into();
        JsFuture::from(response.ready())
    });
    select(join_all(responses), sleep(MAX_WAIT)).await;
}

/// Takes the preloaded response to a request, at most once: without waiting where it has arrived. `None` where there is
/// none or it failed, which leaves the request to be sent.
pub(super) async fn take(request: &Request) -> Option<Response> {
    let preloaded = preloaded()?;
    // What was preloaded shows the state before the first change.
    if request.method != Method::Get {
        preloaded.clear();
        return None;
    }
    let path = request.path.as_str().into();
    let response = preloaded.get(&path);
    if !preloaded.delete(&path) {
        return None;
    }
    let response: Preloaded = response.unchecked_into();
    if response.status().is_none() {
        JsFuture::from(response.ready()).await.ok()?;
    }
    Some(Response { status: response.status()?, body: response.body()? })
}

fn preloaded() -> Option<Map> {
    Reflect::get(&js_sys::global(), &"padlockPreloaded".into()).ok()?.dyn_into().ok()
}
