//! The focus goes to the heading of a page that has just been opened. Without it a screen reader would not notice that
//! the page changed, and Tab would begin anywhere.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{FocusOptions, HtmlElement, MutationObserver, MutationObserverInit};

/// A page's heading. The one of a page that only says that it is coming does not count.
const HEADING: &str = "main h1:not([aria-busy] *)";

thread_local! {
    /// What waits for the heading of a page whose part of the program is still on its way.
    static WAITING: RefCell<Option<Waiting>> = const { RefCell::new(None) };
}

struct Waiting {
    observer: MutationObserver,
    _heard: Closure<dyn FnMut()>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Gives the focus to the heading as soon as there is one. A page that takes the focus by itself (sign-in) keeps it.
pub(super) fn focus() {
    give_up();
    // Two frames later, when the page before has gone.
    request_animation_frame(|| {
        request_animation_frame(|| {
            if !found() {
                wait();
            }
        });
    });
}

fn give_up() {
    WAITING.take();
}

/// Whether nothing is left to do.
fn found() -> bool {
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

/// Looks again at every change of the document, until there is a heading or another page is opened.
fn wait() {
    let heard = Closure::<dyn FnMut()>::new(|| {
        if found() {
            // Not from within: what runs must not be taken away.
            queue_microtask(give_up);
        }
    });
    let Ok(observer) = MutationObserver::new(heard.as_ref().unchecked_ref()) else { return };
    let changes = MutationObserverInit::new();
    changes.set_child_list(true);
    changes.set_subtree(true);
    if let Some(body) = document().body()
        && observer.observe_with_options(&body, &changes).is_ok()
    {
        WAITING.set(Some(Waiting { observer, _heard: heard }));
    }
}
