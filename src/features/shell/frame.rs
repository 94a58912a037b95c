//! The frame around every page of a signed-in visitor: the shell of the UI kit with the content of the portal.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::Outlet;

use super::connection_strip::ConnectionStrip;
use super::favicon::show_window_in_favicon;
use crate::api::use_connection;
use crate::features::account_notices::{AccountNotice, NotificationBell};
use crate::features::sessions::SessionsHost;
use crate::features::step_up::StepUpHost;
use crate::lazy::{BuildView, LazyView};
use crate::lazy_view;
use crate::navigation::{Navigation, use_navigation};
use crate::routes::Route;
use crate::state::account::{provide_account, use_account};
use crate::state::authorised_window::{provide_authorised_window, use_authorised_window};
use crate::state::my_apps::{MyApps, provide_my_apps, use_my_apps};
use crate::state::portal::use_portal;
use crate::state::session::use_session;
use crate::state::step_up::{provide_step_up, use_step_up};
use crate::state::theme::Theme;
use crate::state::uploads::provide_uploads;
use crate::static_shell;
use crate::ui::shell::{NavItem, Person, Shell};
use crate::ui::{
    Glyph, MenuItem, ToastRegion, Tone, TooltipRegion, focus_page, keep_sprite, provide_toasts, toasts, use_painted,
    watch_replaced_text,
};

/// The frame with the page of the matched route. Provides the state that lives as long as somebody is signed in.
#[component]
pub fn Frame() -> impl IntoView {
    static_shell::remove_when_mounted();
    let toasts = provide_toasts();
    provide_uploads();
    provide_authorised_window();
    provide_account();
    provide_my_apps();
    let step_up = provide_step_up();
    view! {
        <PortalShell/>
        <StepUpHost step_up/>
        <ToastRegion toasts/>
        {page_aids()}
    }
}

static PAGE_AIDS: LazyView<()> = lazy_view!(notices, || {
    watch_replaced_text();
    keep_sprite();
    view! { <TooltipRegion/> }
});

/// What a page can do without until it has been painted, and without a word where it cannot be loaded.
fn page_aids() -> impl IntoView {
    let painted = use_painted();
    let build = RwSignal::new(None::<BuildView<()>>);
    let load = move || {
        if painted.get() && build.with_untracked(Option::is_none) {
            spawn_local(async move {
                if let Ok(loaded) = PAGE_AIDS.load().await {
                    build.try_set(Some(loaded));
                }
            });
        }
    };
    Effect::new(move |_| load());
    use_connection().on_recovery(load);
    move || build.get().map(|build| build(()))
}

#[component]
fn PortalShell() -> impl IntoView {
    let (navigation, session, portal, my_apps) = (use_navigation(), use_session(), use_portal(), use_my_apps());
    show_window_in_favicon();
    let slug = Memo::new(move |_| {
        navigation.route().app().filter(|slug| !my_apps.is_missing(slug)).map(str::to_owned).unwrap_or_default()
    });
    let app = Signal::derive(move || {
        let slug = slug.get();
        let name = my_apps.apps.ready(|apps| apps.iter().find(|app| app.slug == slug).map(|app| app.name.clone()));
        name.flatten().unwrap_or(slug)
    });
    let person = Signal::derive(move || {
        session.account().map(|account| Person { name: account.name, login: account.login }).unwrap_or_default()
    });
    let toasts = toasts();
    let sign_out = move |()| {
        spawn_local(async move {
            if let Err(error) = session.sign_out().await {
                toasts.show(Tone::Bad, error.message());
            }
        });
    };
    let lock = move |()| {
        spawn_local(async move {
            match session.lock().await {
                Ok(()) => {
                    // The button that had the focus is gone.
                    focus_page();
                    toasts.announce("Locked.");
                }
                Err(error) => toasts.show(Tone::Bad, error.message()),
            }
        });
    };
    let (account, step_up) = (use_account(), use_step_up());
    let (theme, shows_sessions) = (RwSignal::new(Theme::chosen()), RwSignal::new(false));
    let account_menu = Signal::derive(move || {
        let is_enrolled = account.ready(|account| account.second_factor.is_some()).unwrap_or(true);
        let no_codes =
            if is_enrolled { "" } else { "You get recovery codes when you set up two-factor authentication." };
        let choose = move |chosen: Theme| {
            MenuItem::choice(chosen.label(), move |()| {
                theme.set(chosen);
                chosen.choose();
            })
            .current(theme.get() == chosen)
        };
        let [system, light, dark] = Theme::ALL.map(choose);
        vec![
            MenuItem::press("Recovery codes", move |()| step_up.view_recovery_codes())
                .glyph(Glyph::Key)
                .unavailable(no_codes),
            MenuItem::press("Sessions", move |()| shows_sessions.set(true)).glyph(Glyph::Monitor),
            MenuItem::heading("Theme"),
            system,
            light,
            dark,
            MenuItem::press("Sign out", sign_out).glyph(Glyph::SignOut).separated(),
        ]
    });
    view! {
        <Shell
            home=navigation.href(&Route::home())
            app
            apps=Signal::derive(move || app_menu(navigation, my_apps, &slug.get()))
            nav_items=Signal::derive(move || nav_items(navigation, &slug.get()))
            person
            account_menu
            time_left=use_authorised_window().time_left
            on_lock=lock
            bar_items=|| view! { <NotificationBell/> }
            demo=Signal::derive(move || portal.ready(|portal| portal.demo.is_some()).unwrap_or_default())
        >
            <ConnectionStrip/>
            <AccountNotice/>
            <Outlet/>
        </Shell>
        <SessionsHost open=shows_sessions/>
    }
}

/// The items of the app switcher.
fn app_menu(navigation: Navigation, my_apps: MyApps, slug: &str) -> Vec<MenuItem> {
    let all = MenuItem::link("All apps", navigation.href(&Route::Apps)).glyph(Glyph::Apps);
    let apps = my_apps.apps.ready(|apps| {
        let item = |app: &padlock_contract::apps::App| {
            let href = navigation.href(&Route::deploy(app.slug.as_str()));
            MenuItem::link(app.name.as_str(), href).current(app.slug == slug)
        };
        apps.iter().map(item).collect::<Vec<_>>()
    });
    apps.unwrap_or_default().into_iter().chain([all]).collect()
}

/// The items of the navigation. The pages of an app are among them only if there is an app.
fn nav_items(navigation: Navigation, slug: &str) -> Vec<NavItem> {
    let item =
        |label: &str, route: &Route, glyph| NavItem { label: label.to_owned(), href: navigation.href(route), glyph };
    let mut items = vec![item("Apps", &Route::Apps, Glyph::Apps)];
    if !slug.is_empty() {
        items.push(item("Deploy", &Route::deploy(slug), Glyph::Deploy));
        items.push(item("Activity", &Route::activity(slug), Glyph::Activity));
    }
    items
}
