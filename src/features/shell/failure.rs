//! A page instead of the one that could not be.

use leptos::prelude::*;
use padlock_contract::ErrorCode;

use super::page_title;
use crate::gateway::Failure;
use crate::router::use_router;
use crate::routes::Route;
use crate::session::use_session;
use crate::ui::{ButtonKind, Glyph, LinkButton, PageState, broken, forbidden, not_found, offline};

/// The page that says why, and what to do next.
pub fn failure_page(failure: &Failure, retry: Callback<()>) -> AnyView {
    let home = use_router().href(&Route::home());
    let session = use_session();
    let retry = Callback::new(move |()| {
        session.retry();
        retry.run(());
    });
    let title = |title: &'static str| page_title(title);
    match failure.code() {
        // Whoever is not signed in is on the way to the sign-in page.
        Some(ErrorCode::NotSignedIn) => ().into_any(),
        Some(ErrorCode::NotFound) => {
            title("Not found");
            not_found(home).into_any()
        }
        Some(ErrorCode::Forbidden) => {
            title("Not for you");
            forbidden(failure.sentence(), home).into_any()
        }
        _ if *failure == Failure::Offline => {
            title("Not reachable");
            offline(retry).into_any()
        }
        _ => {
            title("Not loaded");
            let detail = match failure {
                Failure::Problem(problem) => [problem.code.as_str(), ": ", &problem.detail].concat(),
                Failure::Offline => String::new(),
                Failure::Unreadable(why) => why.clone(),
            };
            broken(detail, retry).into_any()
        }
    }
}

/// An app that does not exist, or is not mine; nobody learns which.
pub fn no_such_app(slug: &str) -> AnyView {
    page_title("Not found");
    let home = use_router().href(&Route::home());
    view! {
        <PageState
            glyph=Glyph::Search
            title="You have no app "
            named=slug
            text="It does not exist, or you are not in its team. Ask its Technical Contact to take you in: \
                  send them this address."
        >
            <LinkButton label="Your apps" href=home kind=ButtonKind::Primary/>
        </PageState>
    }
    .into_any()
}
