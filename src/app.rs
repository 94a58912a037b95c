//! The program: what every page needs, and the routes to the pages.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::{NavigateOptions, path};

use crate::api;
use crate::areas;
use crate::navigation::{self, provide_navigation, use_navigation};
use crate::routes::{self, Page, use_app_slug};
use crate::state::portal::provide_portal;
use crate::state::session::{provide_session, use_session};
use crate::static_shell::{self, Prefill};

/// Starts the program in the page once the area of the first page and the first responses of the API are here: then
/// the first thing it renders is the page itself. Until then the static shell shows its shape.
pub async fn start() {
    let first_page = if static_shell::is_sign_in_form() { Page::SignIn } else { navigation::first_page() };
    futures::join!(areas::load_first(first_page), api::wait_for_preloaded());
    let prefill = Prefill::from_page();
    leptos::mount::mount_to_body(move || view! { <App prefill=prefill.clone()/> });
}

/// The program.
#[component]
pub fn App(
    /// What was typed into the static sign-in form.
    #[prop(optional)]
    prefill: Prefill,
) -> impl IntoView {
    provide_meta_context();
    provide_session();
    provide_portal();
    // Before the router: it would take a link to a place on the page for one to another page.
    navigation::follow_fragment_links();
    view! {
        // The empty text stands for every moment without a page that has a title.
        <Title text="" formatter=|page: String| document_title(&page)/>
        <Router base=navigation::base()>
            <Pages prefill/>
        </Router>
        {preview_tools()}
    }
}

fn document_title(page: &str) -> String {
    if page.is_empty() { "Padlock".to_owned() } else { [page, " · Padlock"].concat() }
}

#[component]
fn Pages(prefill: Prefill) -> impl IntoView {
    provide_navigation();
    let prefill = StoredValue::new(Some(prefill));
    let sign_in = move || {
        areas::load_next();
        let prefill = prefill.try_update_value(Option::take).flatten().unwrap_or_default();
        areas::SIGN_IN.view((prefill,), areas::nothing)
    };
    #[cfg(any(feature = "preview", debug_assertions))]
    return view! {
        <Routes fallback=not_found>
            <Route path=path!("/kit") view=crate::dev::kit::Kit/>
            <Route path=path!("/sign-in") view=sign_in/>
            <SignedInRoutes/>
        </Routes>
    };
    #[cfg(not(any(feature = "preview", debug_assertions)))]
    view! {
        <Routes fallback=not_found>
            <Route path=path!("/sign-in") view=sign_in/>
            <SignedInRoutes/>
        </Routes>
    }
}

/// The pages for which a visitor has to be signed in.
#[component(transparent)]
fn SignedInRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/") view=SignedIn>
            <Route path=path!("/") view=|| redirect(&routes::Route::home())/>
            <Route path=path!("/apps") view=|| areas::APPS_PAGE.view((), areas::page_skeleton)/>
            <Route path=path!("/apps/:app") view=|| each_app(|app| redirect(&routes::Route::deploy(app)))/>
            <Route
                path=path!("/apps/:app/deploy")
                view=|| each_app(|app| areas::DEPLOY_PAGE.view((app,), areas::page_skeleton))
            />
            <Route
                path=path!("/apps/:app/activity")
                view=|| each_app(|app| areas::ACTIVITY_PAGE.view((app,), areas::page_skeleton))
            />
            <Route path=path!("/*any") view=not_found/>
        </ParentRoute>
    }
    .into_inner()
}

/// The page of the app in the address: another app is another page, though the route is the same.
fn each_app(page: fn(String) -> AnyView) -> impl IntoView {
    let slug = use_app_slug();
    move || match slug.get() {
        Some(slug) => page(slug),
        None => not_found(),
    }
}

/// Lets a signed-in visitor through and sends others to sign in, from where they come back.
///
/// `leptos_router` has `ProtectedParentRoute` for this. It adds the redirect to the history, so that Back would lead to
/// the page that redirects again.
#[component]
fn SignedIn() -> impl IntoView {
    let (session, navigation) = (use_session(), use_navigation());
    let needs_sign_in = Memo::new(move |_| session.needs_sign_in());
    move || {
        if needs_sign_in.get() {
            let to = navigation.return_route();
            return redirect(&routes::Route::SignIn { to, code: false });
        }
        // For another person everything is made anew: nothing of the one before may stay on the page.
        session.track_person();
        areas::FRAME.view((), areas::nothing)
    }
}

/// Goes elsewhere instead, without an entry in the history.
fn redirect(route: &routes::Route) -> AnyView {
    let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
    view! { <Redirect path=route.path() options/> }.into_any()
}

fn not_found() -> AnyView {
    areas::NOT_FOUND.view((), areas::nothing)
}

/// What only the preview has.
fn preview_tools() -> impl IntoView {
    #[cfg(feature = "preview")]
    {
        use crate::dev::preview::{Devices, ServedWindow};
        view! {
            <ServedWindow/>
            <Devices/>
        }
    }
}
