//! Server-sent events.
//!
//! A hidden tab closes its stream: browsers allow six connections to a host, and six forgotten tabs would hold them all.
//! When the tab is shown again the stream is opened anew, and [`ServerEvent::Open`] tells the page to refetch.

use std::time::Duration;

use futures::channel::mpsc;
use futures::future::{AbortHandle, Either, abortable, select};
use futures::stream::{self, StreamExt};
use gloo_net::eventsource::futures::EventSource;
use gloo_timers::future::{TimeoutFuture, sleep};
use leptos::ev;
use leptos::leptos_dom::helpers::WindowListenerHandle;
use leptos::prelude::{document, window_event_listener};
use leptos::task::spawn_local;
use padlock_contract::events::{CHANGE_EVENT, HEARTBEAT_EVENT, SILENCE_MILLIS};

use super::address;
use crate::api::ServerEvent;

const RETRY_AFTER: Duration = Duration::from_secs(4);

/// An open stream of events, which closes when it is dropped.
pub struct EventStream {
    abort: AbortHandle,
    visibility: Option<WindowListenerHandle>,
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.abort.abort();
        if let Some(listener) = self.visibility.take() {
            listener.remove();
        }
    }
}

/// Listens at `path` until what it returns is dropped, reconnecting as often as necessary.
pub fn events(path: &str, on_event: impl Fn(ServerEvent) + 'static) -> EventStream {
    let url = address(path);
    let (sender, mut visibility_changes) = mpsc::unbounded();
    let listener = window_event_listener(ev::visibilitychange, move |_| {
        let _ = sender.unbounded_send(());
    });
    let (listening, abort) = abortable(async move {
        loop {
            if document().hidden() {
                visibility_changes.next().await;
                continue;
            }
            let connection = std::pin::pin!(listen(&url, &on_event));
            if let Either::Left(_) = select(connection, visibility_changes.next()).await {
                sleep(RETRY_AFTER).await;
            }
        }
    });
    spawn_local(async move {
        let _ = listening.await;
    });
    EventStream { abort, visibility: Some(listener) }
}

/// Listens until the connection is interrupted, or nothing has come for [`SILENCE_MILLIS`]: a proxy may hold the events
/// back, and a connection may be dead without either side knowing.
async fn listen(url: &str, on_event: &impl Fn(ServerEvent)) {
    let Ok(mut source) = EventSource::new(url) else { return };
    let subscriptions = (source.subscribe("open"), source.subscribe(CHANGE_EVENT), source.subscribe(HEARTBEAT_EVENT));
    let (Ok(opened), Ok(changed), Ok(heartbeats)) = subscriptions else { return };
    let mut messages = stream::select_all([opened, changed, heartbeats]);
    loop {
        let next = select(messages.next(), TimeoutFuture::new(SILENCE_MILLIS)).await;
        let Either::Left((Some(Ok((kind, message))), _)) = next else { return on_event(ServerEvent::Silent) };
        on_event(match kind.as_str() {
            "open" => ServerEvent::Open,
            CHANGE_EVENT => ServerEvent::Change(message.data().as_string().unwrap_or_default()),
            _ => ServerEvent::Heartbeat,
        });
    }
}
