//! The program: what every page needs, and which page is shown.

use leptos::prelude::*;

use crate::features::shell::provide_portal;
use crate::features::sign_in::SignInPage;
use crate::features::sign_in::typed::Typed;
use crate::inside::Inside;
use crate::router::{Router, provide_router};
use crate::routes::{Page, Route};
use crate::session::{CurrentSession, Session, provide_session};
use crate::ui::live;

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
    provide_portal();
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
        {live(move || match place.get() {
            #[cfg(any(feature = "preview", debug_assertions))]
            Place::Kit => view! { <crate::features::kit::Kit/> }.into_any(),
            Place::Door => {
                let typed = typed.try_update_value(Option::take).flatten().unwrap_or_default();
                view! { <SignInPage typed/> }.into_any()
            }
            Place::Inside => {
                // Another person is another portal: nothing of the one before may stay on the page.
                session.track_person();
                view! { <Inside/> }.into_any()
            }
        })}
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

/// What only the preview has.
fn preview() -> impl IntoView {
    #[cfg(feature = "preview")]
    {
        use crate::features::preview::{Devices, ServedWindow};
        view! {
            <ServedWindow/>
            <Devices/>
        }
    }
}

/// Who is not signed in goes to sign in, and comes back to where they were.
fn keep_at_the_door(router: Router, session: CurrentSession) {
    Effect::new(move |_| {
        let route = router.route();
        match (session.get(), route) {
            // Nothing of anybody's is there.
            #[cfg(any(feature = "preview", debug_assertions))]
            (_, Route::Kit) => {}
            (Session::Anonymous, Route::SignIn { .. }) | (Session::Loading, _) => {}
            (Session::Anonymous, route) => {
                let to = (route != Route::home() && route.page() != Page::NotFound).then(|| Box::new(route));
                router.replace(&Route::SignIn { to, code: false });
            }
            (Session::SignedIn(_), Route::SignIn { to, .. }) => {
                router.replace(&to.map_or_else(Route::home, |to| *to));
            }
            (Session::SignedIn(_), _) => {}
        }
    });
}
