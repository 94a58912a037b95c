//! Keeping the board true.

use std::time::Duration;

use leptos::prelude::*;
use padlock_contract::environments::Environment;
use padlock_contract::{Time, paths};

use super::{Board, is_under_way};
use crate::gateway::{self, Changed, News, changed};
use crate::session::use_session;

/// Listens to the app's events, once its environments are here: browsers allow few connections, and content is first.
pub(super) fn listen(board: Board) {
    let here = board.is_here();
    // Its end closes the stream.
    let stream = StoredValue::new_local(None);
    Effect::new(move |_| {
        if !here.get() {
            return;
        }
        let path = board.slug.with_value(|slug| paths::events(slug));
        let opened = StoredValue::new(false);
        let events = gateway::events(&path, move |news| match news {
            News::Change(data) => change(board, &data),
            // Nothing tells what happened while nobody listened.
            News::Open if opened.try_get_value() == Some(true) => board.again(),
            News::Open => {
                opened.try_set_value(true);
                board.environments.again();
            }
        });
        stream.set_value(Some(events));
    });
}

/// Where no events come through (some proxies hold them back), a deployment would seem to stand still.
pub(super) fn look_while_something_is_under_way(board: Board) {
    const EVERY: Duration = Duration::from_secs(3);
    let going = Memo::new(move |_| {
        let going = |one: &Environment| one.deployment.as_ref().is_some_and(is_under_way);
        board.environments.ready(|all| all.iter().any(going)).unwrap_or_default()
    });
    Effect::new(move |_| {
        if going.get()
            && let Ok(looking) = set_interval_with_handle(move || board.environments.again(), EVERY)
        {
            on_cleanup(move || looking.clear());
        }
    });
}

/// Padlocks open and close with the authorised window, wherever that was done.
pub(super) fn follow_the_window(board: Board) {
    let session = use_session();
    let until = Memo::new(move |_| session.authorised_until());
    Effect::new(move |before: Option<Option<Time>>| {
        let now = until.get();
        if before.is_some_and(|before| before != now) {
            board.environments.again();
        }
        now
    });
}

fn change(board: Board, data: &str) {
    match changed(data) {
        Changed::Environment => board.environments.again(),
        Changed::Packages => board.repository.again(),
        Changed::Something => board.again(),
    }
}

/// What lies somewhere is kept, what lay there may expire: the list says which, so it is fetched again.
pub(super) fn follow_what_lies_where(board: Board) {
    Effect::new(move |before: Option<Option<Vec<Option<String>>>>| {
        let lies = |one: &Environment| one.package.as_ref().map(|package| package.id.clone());
        let now = board.environments.ready(|all| all.iter().map(lies).collect::<Vec<_>>());
        if let (Some(Some(before)), Some(now)) = (&before, &now)
            && before != now
        {
            board.repository.again();
        }
        now
    });
}
