//! The frame around every page: top bar, rail (a bar at the foot on phones), demo banner.

mod bar;
mod rail;

use leptos::prelude::*;

use crate::ui::live;

pub use self::rail::Place;
use self::{bar::TopBar, rail::Rail};
use super::MenuItem;

/// Who is signed in, for the account menu.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// What they sign in with.
    pub login: String,
}

/// The frame.
#[component]
pub fn Shell(
    /// Where the mark leads.
    #[prop(into)]
    home: String,
    /// The app this page is about; empty outside an app.
    #[prop(optional, into)]
    app: Signal<String>,
    /// The apps one can switch to.
    #[prop(optional, into)]
    apps: Signal<Vec<MenuItem>>,
    /// The places in the rail: at most five, because a phone's bar holds no more.
    #[prop(into)]
    places: Signal<Vec<Place>>,
    /// Who is signed in.
    #[prop(into)]
    person: Signal<Person>,
    /// The account menu's lines.
    #[prop(into)]
    account: Signal<Vec<MenuItem>>,
    /// How long the window is open (`time_left`); empty while it is closed.
    #[prop(optional, into)]
    authorised: Signal<String>,
    /// Close the window now.
    #[prop(into)]
    on_lock: Callback<()>,
    /// This is the demo.
    #[prop(optional, into)]
    demo: Signal<bool>,
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="skip-link" href="#main">"Skip to the page"</a>
        <div class="shell">
            <TopBar home app apps person account authorised on_lock/>
            <Rail places/>
            <main class="shell-main" id="main" tabindex="-1">{children()}</main>
            {live(move || demo.get().then(demo_banner))}
        </div>
    }
}

fn demo_banner() -> impl IntoView {
    let (name, words) = if cfg!(feature = "preview") {
        ("Preview", " The whole portal runs in this tab. A reload starts anew.")
    } else {
        ("Demo", " Made-up data, open to anyone on this machine.")
    };
    view! {
        <aside class="demo-banner" aria-label=name>
            <strong>{name}</strong>
            {words}
        </aside>
    }
}
