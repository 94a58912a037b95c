//! The areas into which a release build is split, and their pages.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::features::activity::ActivityPage;
use crate::features::apps::AppsPage;
use crate::features::deploy::DeployPage;
use crate::features::shell::{Frame, NotFoundPage};
use crate::features::sign_in::SignInPage;
use crate::lazy::LazyView;
use crate::lazy_view;
use crate::routes::Page;
use crate::static_shell::Prefill;
use crate::ui::skeleton_rows;

pub use crate::lazy::nothing;

/// The sign-in page.
pub static SIGN_IN: LazyView<(Prefill,)> = lazy_view!(sign_in, |prefill: Prefill| view! { <SignInPage prefill/> });
/// The frame around every page of a signed-in visitor.
pub static FRAME: LazyView<()> = lazy_view!(portal, || view! { <Frame/> });
/// The page that does not exist.
pub static NOT_FOUND: LazyView<()> = lazy_view!(portal, || view! { <NotFoundPage/> });
/// My apps.
pub static APPS_PAGE: LazyView<()> = lazy_view!(portal, || view! { <AppsPage/> });
/// The deploy page of an app.
pub static DEPLOY_PAGE: LazyView<(String,)> = lazy_view!(portal, |app: String| view! { <DeployPage app/> });
/// The activity of an app.
pub static ACTIVITY_PAGE: LazyView<(String,)> = lazy_view!(activity, |app: String| view! { <ActivityPage app/> });

/// Loads the area of the page on which the program starts. A failure is left to the page, which says so.
pub async fn load_first(page: Page) {
    let _ = match page {
        Page::SignIn => SIGN_IN.load().await.map(drop),
        Page::Apps => futures::join!(FRAME.load(), APPS_PAGE.load()).1.map(drop),
        Page::Deploy(_) => futures::join!(FRAME.load(), DEPLOY_PAGE.load()).1.map(drop),
        Page::Activity(_) => futures::join!(FRAME.load(), ACTIVITY_PAGE.load()).1.map(drop),
        Page::NotFound => futures::join!(FRAME.load(), NOT_FOUND.load()).1.map(drop),
        #[cfg(any(feature = "preview", debug_assertions))]
        Page::Kit => Ok(()),
    };
}

/// Loads the pages that come after sign-in while the visitor is still typing.
pub fn load_next() {
    spawn_local(async {
        let _ = futures::join!(FRAME.load(), APPS_PAGE.load(), DEPLOY_PAGE.load());
    });
}

/// The shape of a page whose area is loading.
#[must_use]
pub fn page_skeleton() -> AnyView {
    view! { <div class="page" aria-busy="true">{skeleton_rows(6)}</div> }.into_any()
}
