//! Server-sent events out of the router's own answer.

use axum::body::{Body, Bytes};
use futures::StreamExt;
use futures::future::{AbortHandle, abortable};
use http::Method;
use leptos::prelude::set_timeout;
use padlock_contract::paths;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

use super::door;
use crate::gateway::News;

const TRY_AGAIN: Duration = Duration::from_secs(2);

/// An open stream of events; dropped, it closes.
pub struct Events(AbortHandle);

impl Drop for Events {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Listens at `path`, and goes on listening until what it returns is dropped.
pub fn events(path: &str, news: impl Fn(News) + 'static) -> Events {
    debug_assert!(path.starts_with(paths::APPS), "only apps have events");
    let (path, news) = (path.to_owned(), Rc::new(news));
    let (listening, stop) = abortable(async move {
        loop {
            listen(&path, news.as_ref()).await;
            let (over, waiting) = futures::channel::oneshot::channel();
            set_timeout(
                move || {
                    let _ = over.send(());
                },
                TRY_AGAIN,
            );
            let _ = waiting.await;
        }
    });
    spawn_local(async move {
        let _ = listening.await;
    });
    Events(stop)
}

async fn listen(path: &str, news: &impl Fn(News)) {
    let Ok(response) = door().await.send(Method::GET, path, None, Body::empty()).await else { return };
    if !response.status().is_success() {
        return;
    }
    news(News::Open);
    let mut frames = response.into_body().into_data_stream();
    while let Some(Ok(frame)) = frames.next().await {
        for data in changes(&frame) {
            news(News::Change(data));
        }
    }
}

/// The data of the changes in a piece of the stream. The API sends whole events at a time.
fn changes(frame: &Bytes) -> Vec<String> {
    let text = String::from_utf8_lossy(frame);
    let events = text.split("\n\n").filter(|event| event.lines().any(|line| line == "event: change"));
    events.filter_map(|event| event.lines().find_map(|line| line.strip_prefix("data: ")).map(str::to_owned)).collect()
}
