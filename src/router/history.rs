//! The browser's history. Each entry remembers how far its page was scrolled and whether it was opened from the one
//! before.

use js_sys::{Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{History, ScrollRestoration};

use crate::routes::Route;

const SCROLL: &str = "y";
const PUSHED: &str = "pushed";

fn history() -> Option<History> {
    window().history().ok()
}

/// Below what path the portal lives: empty at the root, which has no `<base>`.
pub(super) fn base() -> String {
    let based = document().query_selector("base[href]").ok().flatten().is_some();
    let address = if based { document().base_uri().ok().flatten() } else { None };
    let path = address.and_then(|address| web_sys::Url::new(&address).ok()).map(|url| url.pathname());
    path.map(|path| path.trim_end_matches('/').to_owned()).unwrap_or_default()
}

/// The route in the address bar.
pub(super) fn here(base: &str) -> Route {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let query = location.search().unwrap_or_default();
    match path.strip_prefix(base) {
        Some(below) if below.is_empty() || below.starts_with('/') => {
            Route::parse(below, query.strip_prefix('?').unwrap_or(&query))
        }
        _ => Route::NotFound,
    }
}

pub(super) fn push(href: &str) {
    if let Some(history) = history() {
        let _ = history.push_state_with_url(&entry(0.0, true), "", Some(href));
    }
}

/// Another place in this entry.
pub(super) fn replace(href: &str) {
    if let Some(history) = history() {
        let _ = history.replace_state_with_url(&entry(0.0, was_pushed()), "", Some(href));
    }
}

/// The same place under its proper name.
pub(super) fn rename(href: &str) {
    if let Some(history) = history() {
        let state = history.state().unwrap_or_default();
        let _ = history.replace_state_with_url(&state, "", Some(href));
    }
}

pub(super) fn back() {
    if let Some(history) = history() {
        let _ = history.back();
    }
}

/// Whether this entry was opened from the one before it.
pub(super) fn was_pushed() -> bool {
    read(PUSHED).is_some_and(|pushed| pushed.is_truthy())
}

/// How far this entry's page was scrolled when it was left.
pub(super) fn scroll() -> f64 {
    read(SCROLL).and_then(|y| y.as_f64()).unwrap_or_default()
}

pub(super) fn remember_scroll() {
    if let Some(history) = history() {
        let y = window().scroll_y().unwrap_or_default();
        let _ = history.replace_state(&entry(y, was_pushed()), "");
    }
}

/// The browser would scroll before the page is there.
pub(super) fn take_over_scrolling() {
    if let Some(history) = history() {
        let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
    }
}

fn read(key: &str) -> Option<JsValue> {
    let state = history()?.state().ok()?;
    if state.is_object() { Reflect::get(&state, &key.into()).ok() } else { None }
}

fn entry(y: f64, pushed: bool) -> JsValue {
    let entry = Object::new();
    let _ = Reflect::set(&entry, &SCROLL.into(), &y.into());
    let _ = Reflect::set(&entry, &PUSHED.into(), &pushed.into());
    entry.into()
}
