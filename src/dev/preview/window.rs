//! The dialog that shows what an environment serves. In the preview no server listens at an environment's address.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use crate::api;
use crate::ui::{Dialog, Notice};

/// A dialog that opens when any link to an environment is clicked.
#[component]
pub fn ServedWindow() -> impl IntoView {
    let target = RwSignal::new(None::<(String, String)>);
    // `None` while the page is loading, `Some(None)` if nothing is served.
    let page = RwSignal::new(None::<Option<String>>);
    let _ = window_event_listener(ev::click, move |event| {
        if let Some((app, environment)) = link_target(&event) {
            event.prevent_default();
            page.set(None);
            target.set(Some((app.clone(), environment.clone())));
            spawn_local(async move {
                page.try_set(Some(api::served_page(app, environment).await));
            });
        }
    });
    let title = Signal::derive(move || {
        let host = |(app, environment): &(String, String)| [environment, "--", app, ".localhost"].concat();
        target.with(|target| target.as_ref().map(host).unwrap_or_default())
    });
    let open = Signal::derive(move || target.with(Option::is_some));
    view! {
        <Dialog open title wide=true on_close=move |()| target.set(None)>
            {move || page.get().map(|page| match page {
                Some(page) => view! {
                    // The initial focus must not go into the frame, which would take the Escape key.
                    <div class="served-focus" tabindex="-1" autofocus></div>
                    // Without `allow-same-origin` the site has an opaque origin: its scripts cannot reach the portal.
                    <iframe class="served" title=title sandbox="allow-scripts" srcdoc=page></iframe>
                }.into_any(),
                None => view! {
                    <Notice title="Nothing answers here." text="The environment is stopped, or nothing lies on it."/>
                }.into_any(),
            })}
        </Dialog>
    }
}

/// Returns the app and the environment that a clicked link leads to: `http://<environment>--<app>.localhost:…/`.
fn link_target(event: &MouseEvent) -> Option<(String, String)> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    let link = element.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    let host = link.hostname();
    let (environment, app) = host.strip_suffix(".localhost")?.split_once("--")?;
    Some((app.to_owned(), environment.to_owned()))
}
