//! The frame around every page of someone who is signed in: the kit's shell with the portal's own content.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::favicon::follow_in_favicon;
use super::portal::{Mine, use_portal};
use crate::authorised::use_authorised;
use crate::features::account::AccountNews;
use crate::router::{Router, use_router};
use crate::routes::{Page, Route};
use crate::session::use_session;
use crate::ui::shell::{Person, Place, Shell};
use crate::ui::{Glyph, MenuItem, Tone, focus_page, toasts};

/// The frame, with the page in it.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let (router, session, portal) = (use_router(), use_session(), use_portal());
    let mine = Mine::new();
    provide_context(mine);
    follow_in_favicon();
    let slug = Memo::new(move |_| {
        router.route().app().filter(|slug| !mine.has_lost(slug)).map(str::to_owned).unwrap_or_default()
    });
    let app = Signal::derive(move || {
        let slug = slug.get();
        let name = mine.apps.ready(|apps| apps.iter().find(|app| app.slug == slug).map(|app| app.name.clone()));
        name.flatten().unwrap_or(slug)
    });
    let person = Signal::derive(move || {
        session.account().map(|account| Person { name: account.name, login: account.login }).unwrap_or_default()
    });
    let toasts = toasts();
    let sign_out = move |()| {
        spawn_local(async move {
            if let Err(failure) = session.sign_out().await {
                toasts.tell(Tone::Bad, failure.sentence());
            }
        });
    };
    let lock = move |()| {
        spawn_local(async move {
            match session.lock().await {
                Ok(()) => {
                    // The button is gone with the pill.
                    focus_page();
                    toasts.announce("Locked.");
                }
                Err(failure) => toasts.tell(Tone::Bad, failure.sentence()),
            }
        });
    };
    let account = Signal::derive(move || vec![MenuItem::press("Sign out", sign_out).glyph(Glyph::SignOut)]);
    view! {
        <Shell
            home=router.href(&Route::home())
            app
            apps=Signal::derive(move || app_menu(router, mine, &slug.get()))
            places=Signal::derive(move || places(router, &slug.get()))
            person
            account
            authorised=use_authorised().left
            on_lock=lock
            demo=Signal::derive(move || portal.ready(|portal| portal.demo.is_some()).unwrap_or_default())
        >
            {children()}
            <AccountNews/>
        </Shell>
    }
}

/// The app switcher.
fn app_menu(router: Router, mine: Mine, slug: &str) -> Vec<MenuItem> {
    let all = MenuItem::link("All apps", router.href(&Route::Apps)).glyph(Glyph::Apps);
    let apps = mine.apps.ready(|apps| {
        let line = |app: &padlock_contract::apps::App| {
            let href = router.href(&Route::deploy(app.slug.as_str()));
            MenuItem::link(app.name.as_str(), href).current(app.slug == slug)
        };
        apps.iter().map(line).collect::<Vec<_>>()
    });
    apps.unwrap_or_default().into_iter().chain([all]).collect()
}

/// The rail. Only places that exist.
fn places(router: Router, slug: &str) -> Vec<Place> {
    let page = router.route().page();
    let apps = Place {
        label: "Apps".to_owned(),
        href: router.href(&Route::Apps),
        glyph: Glyph::Apps,
        current: page == Page::Apps,
    };
    let deploy = (!slug.is_empty()).then(|| Place {
        label: "Deploy".to_owned(),
        href: router.href(&Route::deploy(slug)),
        glyph: Glyph::Deploy,
        current: matches!(page, Page::Deploy(_)),
    });
    let activity = (!slug.is_empty()).then(|| Place {
        label: "Activity".to_owned(),
        href: router.href(&Route::activity(slug)),
        glyph: Glyph::Activity,
        current: matches!(page, Page::Activity(_)),
    });
    [apps].into_iter().chain(deploy).chain(activity).collect()
}
