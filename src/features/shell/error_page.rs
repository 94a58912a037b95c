//! The pages for errors.

use leptos::prelude::*;
use leptos_meta::Title;
use padlock_contract::ErrorCode;

use crate::api::ApiError;
use crate::navigation::use_navigation;
use crate::routes::Route;
use crate::state::session::use_session;
use crate::ui::{ButtonKind, Glyph, LinkButton, PageState, broken, forbidden, not_found, offline};

/// Returns the page that says why something cannot be shown, and what to do next.
pub fn error_page(error: &ApiError, retry: Callback<()>) -> AnyView {
    let session = use_session();
    let retry = Callback::new(move |()| {
        session.retry();
        retry.run(());
    });
    match error.code() {
        // The visitor is about to be sent to the sign-in page.
        Some(ErrorCode::NotSignedIn) => ().into_any(),
        Some(ErrorCode::NotFound) => view! { <NotFoundPage/> }.into_any(),
        Some(ErrorCode::Forbidden) => {
            view! { <Title text="Not for you"/>{forbidden(error.message(), home())} }.into_any()
        }
        _ if *error == ApiError::Network => view! { <Title text="Not reachable"/>{offline(retry)} }.into_any(),
        _ => {
            let detail = match error {
                ApiError::Problem(problem) => [problem.code.as_str(), ": ", &problem.detail].concat(),
                ApiError::Network => String::new(),
                ApiError::InvalidResponse(reason) => reason.clone(),
            };
            view! { <Title text="Not loaded"/>{broken(detail, retry)} }.into_any()
        }
    }
}

/// The page for an address that does not exist.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <Title text="Not found"/>{not_found(home())} }
}

/// Returns the page for an app that does not exist or to which the visitor has no access; it does not say which.
pub fn no_such_app(slug: &str) -> AnyView {
    view! {
        <Title text="Not found"/>
        <PageState
            glyph=Glyph::Search
            title="You have no app "
            title_suffix=slug
            text="It does not exist, or you are not in its team. Ask its Technical Contact to take you in: \
                  send them this address."
        >
            <LinkButton label="Your apps" href=home() kind=ButtonKind::Primary/>
        </PageState>
    }
    .into_any()
}

fn home() -> String {
    use_navigation().href(&Route::home())
}
