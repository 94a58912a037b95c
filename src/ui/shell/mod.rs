//! The layout around every page: top bar, navigation rail (a bottom bar on phones) and demo banner.

mod bar;
mod person;
mod rail;

use leptos::prelude::*;

use self::bar::TopBar;
pub use self::person::Person;
pub use self::rail::NavItem;
use self::rail::Rail;
use super::MenuItem;

/// The layout around a page.
#[component]
pub fn Shell(
    /// The address that the logo links to.
    #[prop(into)]
    home: String,
    /// The name of the app that the page belongs to; empty outside an app.
    #[prop(optional, into)]
    app: Signal<String>,
    /// The items of the app switcher.
    #[prop(optional, into)]
    apps: Signal<Vec<MenuItem>>,
    /// The items of the navigation rail: at most five, which is all that fits on a phone.
    #[prop(into)]
    nav_items: Signal<Vec<NavItem>>,
    /// The signed-in person.
    #[prop(into)]
    person: Signal<Person>,
    /// The items of the account menu.
    #[prop(into)]
    account_menu: Signal<Vec<MenuItem>>,
    /// How long the authorised window stays open, as [`time_left`](super::time_left) formats it; empty while it is
    /// closed.
    #[prop(optional, into)]
    time_left: Signal<String>,
    /// Called when the visitor closes the authorised window.
    #[prop(into)]
    on_lock: Callback<()>,
    /// What stands in the top bar before the account menu.
    #[prop(optional, into)]
    bar_items: ViewFn,
    /// Whether this is the demo.
    #[prop(optional, into)]
    demo: Signal<bool>,
    /// The content of the page.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="skip-link" href="#main">"Skip to the page"</a>
        <div class="shell">
            <TopBar home app apps person account_menu time_left on_lock bar_items/>
            <Rail nav_items/>
            <main class="shell-main" id="main" tabindex="-1">{children()}</main>
            {move || demo.get().then(demo_banner)}
        </div>
    }
}

fn demo_banner() -> impl IntoView {
    let (name, text) = if cfg!(feature = "preview") {
        ("Preview", " The whole portal runs in this tab. Nothing leaves it.")
    } else {
        ("Demo", " Made-up data, open to anyone on this machine.")
    };
    view! {
        <aside class="demo-banner" aria-label=name>
            <strong>{name}</strong>
            {text}
        </aside>
    }
}
