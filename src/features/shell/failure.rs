//! A page instead of the one that could not be.

use leptos::prelude::*;
use padlock_contract::ErrorCode;

use super::page_title;
use crate::gateway::Failure;
use crate::router::use_router;
use crate::routes::Route;
use crate::session::use_session;
use crate::ui::{broken, forbidden, not_found, offline};

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
