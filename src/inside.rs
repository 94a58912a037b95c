//! Inside the door: the frame, the pages in it, and what lives as long as somebody is signed in.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route as At};
use leptos_router::path;

use crate::authorised::provide_authorised;
use crate::features::account::provide_account;
use crate::features::apps::AppsPage;
use crate::features::deploy::DeployPage;
use crate::features::shell::{Frame, page_title};
use crate::features::step_up::{StepUpHost, provide_step_up};
use crate::features::upload::provide_uploads;
use crate::router::use_router;
use crate::routes::{Page, Route};
use crate::ui::{ToastRegion, live, not_found, provide_toasts};

/// Everything a person sees once signed in.
#[component]
pub fn Inside() -> impl IntoView {
    let toasts = provide_toasts();
    provide_uploads();
    provide_authorised();
    provide_account();
    let step_up = provide_step_up();
    view! {
        <Frame>
            <FlatRoutes fallback=nothing_here>
                <At path=path!("/apps") view=AppsPage/>
                <At path=path!("/apps/:app/deploy") view=deploy/>
            </FlatRoutes>
        </Frame>
        <StepUpHost step_up/>
        <ToastRegion toasts/>
    }
}

/// One deploy page an app: another app is another page.
fn deploy() -> impl IntoView {
    let page = use_router().page();
    live(move || match page.get() {
        Page::Deploy(app) => view! { <DeployPage app/> }.into_any(),
        _ => ().into_any(),
    })
}

/// What no route matched; a short address is about to become its long form.
fn nothing_here() -> impl IntoView {
    let page = use_router().page();
    live(move || {
        (page.get() == Page::NotFound).then(|| {
            page_title("Not found");
            not_found(use_router().href(&Route::home()))
        })
    })
}
