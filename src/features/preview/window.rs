//! What an environment serves, in a window of its own: its address leads nowhere, for nothing listens there.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use crate::gateway;
use crate::ui::{Dialog, Notice};

/// Opens for every link to an environment.
#[component]
pub fn ServedWindow() -> impl IntoView {
    let place = RwSignal::new(None::<(String, String)>);
    let page = RwSignal::new(None::<Option<String>>);
    let _ = window_event_listener(ev::click, move |event| {
        if let Some((app, environment)) = environment_of(&event) {
            event.prevent_default();
            page.set(None);
            place.set(Some((app.clone(), environment.clone())));
            spawn_local(async move {
                page.try_set(Some(gateway::served(app, environment).await));
            });
        }
    });
    let title = Signal::derive(move || {
        place.with(|place| place.as_ref().map(|(app, env)| [env, ".", app, ".localhost"].concat()).unwrap_or_default())
    });
    let open = Signal::derive(move || place.with(Option::is_some));
    view! {
        <Dialog open title wide=true on_close=move |()| place.set(None)>
            {move || page.get().map(|page| match page {
                Some(page) => view! {
                    // The site must not have the focus before somebody goes there: it would keep Escape to itself.
                    <div class="served-door" tabindex="-1" autofocus></div>
                    // An origin of its own, and nothing of the portal's: what is served may run, and reach nothing.
                    <iframe class="served" title=title sandbox="allow-scripts" srcdoc=page></iframe>
                }.into_any(),
                None => view! {
                    <Notice title="Nothing answers here." text="The environment is stopped, or nothing lies on it."/>
                }.into_any(),
            })}
        </Dialog>
    }
}

/// The app and the environment that a press leads to: `http://<environment>.<app>.localhost:…/`.
fn environment_of(event: &MouseEvent) -> Option<(String, String)> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    let link = element.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    let host = link.hostname();
    let (environment, app) = host.strip_suffix(".localhost")?.split_once('.')?;
    Some((app.to_owned(), environment.to_owned()))
}
