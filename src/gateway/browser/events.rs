//! Server-sent events by EventSource.
//!
//! A hidden tab lets go of its stream: browsers allow six connections to a host, and six forgotten tabs would hold them
//! all. Shown again, it opens a new one, and [`News::Open`] makes the page look at everything anew.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::helpers::WindowListenerHandle;
use leptos::prelude::{document, set_timeout, window_event_listener};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent, VisibilityState};

use super::address;
use crate::gateway::News;

const TRY_AGAIN: Duration = Duration::from_secs(4);

/// An open stream of events; dropped, it closes.
pub struct Events(#[expect(dead_code, reason = "holding it is what keeps the stream open")] Rc<Stream>);

struct Stream {
    path: String,
    source: RefCell<Option<EventSource>>,
    open: Closure<dyn Fn()>,
    error: Closure<dyn Fn()>,
    change: Closure<dyn Fn(MessageEvent)>,
    shown: RefCell<Option<WindowListenerHandle>>,
}

/// Listens at `path`, and goes on listening until what it returns is dropped.
pub fn events(path: &str, news: impl Fn(News) + 'static) -> Events {
    let news = Rc::new(news);
    let opened = Rc::clone(&news);
    let stream = Rc::new_cyclic(|stream: &Weak<Stream>| {
        let failed = stream.clone();
        Stream {
            path: address(path),
            source: RefCell::default(),
            open: Closure::new(move || opened(News::Open)),
            error: Closure::new(move || retry(&failed)),
            change: Closure::new(move |event: MessageEvent| {
                if let Some(data) = event.data().as_string() {
                    news(News::Change(data));
                }
            }),
            shown: RefCell::default(),
        }
    });
    let listening = Rc::downgrade(&stream);
    let shown = window_event_listener(ev::visibilitychange, move |_| {
        if let Some(stream) = listening.upgrade() {
            stream.connect();
        }
    });
    *stream.shown.borrow_mut() = Some(shown);
    stream.connect();
    Events(stream)
}

/// The browser reconnects by itself after a dropped connection, but gives up after an answer that is no stream.
fn retry(stream: &Weak<Stream>) {
    let gave_up = stream
        .upgrade()
        .is_some_and(|stream| stream.source.borrow().as_ref().is_some_and(|s| s.ready_state() == EventSource::CLOSED));
    if gave_up {
        let stream = stream.clone();
        set_timeout(
            move || {
                if let Some(stream) = stream.upgrade() {
                    stream.connect();
                }
            },
            TRY_AGAIN,
        );
    }
}

impl Stream {
    fn connect(&self) {
        self.close();
        if document().visibility_state() != VisibilityState::Visible {
            return;
        }
        if let Ok(source) = EventSource::new(&self.path) {
            source.set_onopen(Some(self.open.as_ref().unchecked_ref()));
            source.set_onerror(Some(self.error.as_ref().unchecked_ref()));
            let _ = source.add_event_listener_with_callback("change", self.change.as_ref().unchecked_ref());
            *self.source.borrow_mut() = Some(source);
        }
    }

    fn close(&self) {
        if let Some(source) = self.source.borrow_mut().take() {
            source.close();
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.close();
        if let Some(shown) = self.shown.borrow_mut().take() {
            shown.remove();
        }
    }
}
