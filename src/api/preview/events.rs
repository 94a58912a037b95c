//! Server-sent events, read from the router's streaming response.

use std::rc::Rc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::StreamExt;
use futures::future::{AbortHandle, abortable};
use gloo_timers::future::sleep;
use http::Method;
use padlock_contract::paths;
use wasm_bindgen_futures::spawn_local;

use super::backend;
use crate::api::ServerEvent;

const RETRY_AFTER: Duration = Duration::from_secs(2);

/// An open stream of events, which closes when it is dropped.
pub struct EventStream(AbortHandle);

impl Drop for EventStream {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Listens at `path` until what it returns is dropped, reconnecting as often as necessary.
pub fn events(path: &str, on_event: impl Fn(ServerEvent) + 'static) -> EventStream {
    debug_assert!(path.starts_with(paths::APPS), "only apps have events");
    let (path, on_event) = (path.to_owned(), Rc::new(on_event));
    let (listening, abort) = abortable(async move {
        loop {
            listen(&path, on_event.as_ref()).await;
            sleep(RETRY_AFTER).await;
        }
    });
    spawn_local(async move {
        let _ = listening.await;
    });
    EventStream(abort)
}

async fn listen(path: &str, on_event: &impl Fn(ServerEvent)) {
    let Ok(response) = backend().await.send(Method::GET, path, None, Body::empty()).await else { return };
    if !response.status().is_success() {
        return;
    }
    on_event(ServerEvent::Open);
    let mut chunks = response.into_body().into_data_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        for data in change_data(&chunk) {
            on_event(ServerEvent::Change(data));
        }
    }
}

/// Returns the data of the `change` events in a chunk of the stream. The API never splits an event over two chunks.
fn change_data(chunk: &Bytes) -> Vec<String> {
    let text = String::from_utf8_lossy(chunk);
    let events = text.split("\n\n").filter(|event| event.lines().any(|line| line == "event: change"));
    events.filter_map(|event| event.lines().find_map(|line| line.strip_prefix("data: ")).map(str::to_owned)).collect()
}
