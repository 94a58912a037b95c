//! Moves the focus to the heading of a page that has just been opened, so that screen readers notice the change and Tab
//! starts at the top.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{FocusOptions, HtmlElement, MutationObserver, MutationObserverInit};

/// The heading of a page that has loaded.
const HEADING: &str = "main h1:not([aria-busy] *)";

thread_local! {
    /// Waits for the heading of a page that is still loading.
    static WAITING: RefCell<Option<Waiting>> = const { RefCell::new(None) };
}

struct Waiting {
    observer: MutationObserver,
    _callback: Closure<dyn FnMut()>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Focuses the heading as soon as there is one. A page that takes the focus by itself (sign-in) keeps it.
pub(super) fn focus_heading() {
    stop_waiting();
    // Two frames later, when the previous page has gone.
    request_animation_frame(|| {
        request_animation_frame(|| {
            if !try_focus() {
                wait();
            }
        });
    });
}

fn stop_waiting() {
    WAITING.take();
}

/// Returns whether the page has its focus.
fn try_focus() -> bool {
    let query = |selector| document().query_selector(selector).ok().flatten();
    if query("main :focus").is_some() {
        return true;
    }
    let Some(heading) = query(HEADING).and_then(|node| node.dyn_into::<HtmlElement>().ok()) else { return false };
    let _ = heading.set_attribute("tabindex", "-1");
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = heading.focus_with_options(&options);
    true
}

/// Tries again at every change of the document, until there is a heading or another page is opened.
fn wait() {
    let callback = Closure::<dyn FnMut()>::new(|| {
        if try_focus() {
            // Later, because this closure is part of what is dropped.
            queue_microtask(stop_waiting);
        }
    });
    let Ok(observer) = MutationObserver::new(callback.as_ref().unchecked_ref()) else { return };
    let changes = MutationObserverInit::new();
    changes.set_child_list(true);
    changes.set_subtree(true);
    if let Some(body) = document().body()
        && observer.observe_with_options(&body, &changes).is_ok()
    {
        WAITING.set(Some(Waiting { observer, _callback: callback }));
    }
}
