//! The program: what every page needs, and which page is shown.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route as At};
use leptos_router::path;

use crate::features::apps::AppsPage;
use crate::features::deploy::DeployPage;
use crate::features::shell::{Frame, page_title, provide_portal};
use crate::features::sign_in::SignInPage;
use crate::features::sign_in::typed::Typed;
use crate::features::upload::provide_uploads;
use crate::lazy_view;
use crate::router::{Router, base, provide_router, use_router, watch_links};
use crate::routes::{Page, Route};
use crate::session::{CurrentSession, Session, provide_session};
use crate::ui::{ToastRegion, not_found, provide_toasts};

/// Starts the program in the page.
pub fn start() {
    let typed = Typed::from_page();
    let shell = document().get_element_by_id("shell");
    leptos::mount::mount_to_body(move || view! { <App typed=typed.clone()/> });
    // What stood there until now; only after the program's own first picture, so that nothing blinks.
    if let Some(shell) = shell {
        shell.remove();
    }
}

/// The program.
#[component]
pub fn App(
    /// What was typed into the static sign-in form.
    #[prop(optional)]
    typed: Typed,
) -> impl IntoView {
    watch_links();
    view! { <leptos_router::components::Router base=base()><Portal typed/></leptos_router::components::Router> }
}

#[component]
fn Portal(typed: Typed) -> impl IntoView {
    let router = provide_router();
    let session = provide_session();
    let toasts = provide_toasts();
    provide_portal();
    provide_uploads();
    keep_at_the_door(router, session);
    let page = router.page();
    let place = Memo::new(move |_| match page.get() {
        #[cfg(any(feature = "preview", debug_assertions))]
        Page::Kit => Place::Kit,
        Page::SignIn => Place::Door,
        _ if session.is_at_the_door() => Place::Door,
        _ => Place::Inside,
    });
    let typed = StoredValue::new(Some(typed));
    view! {
        {preview()}
        {move || match place.get() {
            #[cfg(any(feature = "preview", debug_assertions))]
            Place::Kit => view! { <crate::features::kit::Kit/> }.into_any(),
            Place::Door => {
                let typed = typed.try_update_value(Option::take).flatten().unwrap_or_default();
                view! { <SignInPage typed/> }.into_any()
            }
            Place::Inside => {
                // Another person is another portal: nothing of the one before may stay on the page.
                session.track_person();
                view! { <Frame><Pages/></Frame> }.into_any()
            }
        }}
        <ToastRegion toasts/>
    }
}

/// Which of the portal's outermost shapes is shown; it stays while pages inside it change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    #[cfg(any(feature = "preview", debug_assertions))]
    Kit,
    Door,
    Inside,
}

/// The pages inside the frame, by their address.
#[component]
fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=nothing_here>
            <At path=path!("/apps") view=AppsPage/>
            <At path=path!("/apps/:app/deploy") view=deploy/>
        </FlatRoutes>
    }
}
/// What only the preview has.
fn preview() -> impl IntoView {
    #[cfg(feature = "preview")]
    {
        use crate::features::preview::ServedWindow;
        view! { <ServedWindow/> }
    }
}

/// One deploy page an app: another app is another page.
fn deploy() -> impl IntoView {
    let page = use_router().page();
    move || match page.get() {
        Page::Deploy(app) => lazy_view!(deploy, |app: String| view! { <DeployPage app/> }),
        _ => ().into_any(),
    }
}

/// What no route matched; a short address is about to become its long form.
fn nothing_here() -> impl IntoView {
    let page = use_router().page();
    move || {
        (page.get() == Page::NotFound).then(|| {
            page_title("Not found");
            not_found(use_router().href(&Route::home()))
        })
    }
}

/// Who is not signed in goes to sign in, and comes back to where they were.
fn keep_at_the_door(router: Router, session: CurrentSession) {
    Effect::new(move |_| {
        let route = router.route();
        match (session.get(), route) {
            (Session::Anonymous, Route::SignIn { .. }) | (Session::Loading, _) => {}
            (Session::Anonymous, route) => {
                let to = (route != Route::home() && route.page() != Page::NotFound).then(|| Box::new(route));
                router.replace(&Route::SignIn { to });
            }
            (Session::SignedIn(_), Route::SignIn { to }) => {
                router.replace(&to.map_or_else(Route::home, |to| *to));
            }
            (Session::SignedIn(_), _) => {}
        }
    });
}
