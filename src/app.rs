//! The program: what every page needs, and which page is shown.

use leptos::prelude::*;

use crate::features::apps::AppsPage;
use crate::features::deploy::DeployPage;
use crate::features::shell::{Frame, page_title, provide_portal};
use crate::features::sign_in::SignInPage;
use crate::features::sign_in::typed::Typed;
use crate::features::upload::provide_uploads;
use crate::router::{Router, provide_router, use_router};
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
    let router = provide_router();
    let session = provide_session();
    let toasts = provide_toasts();
    provide_portal();
    provide_uploads();
    keep_at_the_door(router, session);
    let page = router.page();
    let at_the_door = Memo::new(move |_| page.get() == Page::SignIn || session.is_at_the_door());
    let typed = StoredValue::new(Some(typed));
    view! {
        {preview()}
        {move || if at_the_door.get() {
            let typed = typed.try_update_value(Option::take).flatten().unwrap_or_default();
            view! { <SignInPage typed/> }.into_any()
        } else {
            // Another person is another portal: nothing of the one before may stay on the page.
            session.track_person();
            view! { <Frame>{move || shown(page.get())}</Frame> }.into_any()
        }}
        <ToastRegion toasts/>
    }
}

/// What only the preview has.
fn preview() -> impl IntoView {
    #[cfg(feature = "preview")]
    {
        use crate::features::preview::{PreviewBanner, ServedWindow};
        view! { <PreviewBanner/> <ServedWindow/> }
    }
}

fn shown(page: Page) -> AnyView {
    match page {
        Page::Apps => view! { <AppsPage/> }.into_any(),
        Page::Deploy(app) => view! { <DeployPage app/> }.into_any(),
        #[cfg(any(feature = "preview", debug_assertions))]
        Page::Kit => view! { <crate::features::kit::Kit/> }.into_any(),
        Page::SignIn => ().into_any(),
        Page::NotFound => {
            page_title("Not found");
            not_found(use_router().href(&Route::home())).into_any()
        }
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
                router.replace(Route::SignIn { to });
            }
            (Session::SignedIn(_), Route::SignIn { to }) => {
                router.replace(to.map_or_else(Route::home, |to| *to));
            }
            (Session::SignedIn(_), _) => {}
        }
    });
}
