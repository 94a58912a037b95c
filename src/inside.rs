//! Inside the door: the frame, the pages in it, and what lives as long as somebody is signed in.

use leptos::prelude::*;

use crate::authorised::provide_authorised;
use crate::features::account::provide_account;
use crate::features::activity::ActivityPage;
use crate::features::apps::AppsPage;
use crate::features::deploy::DeployPage;
use crate::features::shell::{Frame, page_title};
use crate::features::step_up::{StepUpHost, provide_step_up};
use crate::features::upload::provide_uploads;
use crate::lazy_view;
use crate::router::use_router;
use crate::routes::{Page, Route};
use crate::ui::{ToastRegion, live, not_found, provide_toasts, skeleton_rows};

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
            {page()}
        </Frame>
        <StepUpHost step_up/>
        <ToastRegion toasts/>
    }
}

/// The page at the address. One deploy page an app: another app is another page.
fn page() -> impl IntoView {
    let router = use_router();
    let page = router.page();
    live(move || match page.get() {
        Page::Apps => view! { <AppsPage/> }.into_any(),
        Page::Deploy(app) => view! { <DeployPage app/> }.into_any(),
        Page::Activity(app) => lazy_view!(activity, until waiting_page, |app: String| view! { <ActivityPage app/> }),
        Page::NotFound => {
            page_title("Not found");
            not_found(router.href(&Route::home())).into_any()
        }
        // Not in here.
        _ => ().into_any(),
    })
}

/// The shape of a page that is on its way.
fn waiting_page() -> impl IntoView {
    view! { <div class="page" aria-busy="true">{skeleton_rows(6)}</div> }
}
