//! Start, stop and restart, asked for from a card.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::model::CardActKind;
use crate::features::board::Board;
use crate::gateway::use_api;
use crate::ui::{Tone, toasts};

/// What was asked of which environment and is not answered yet.
pub(super) type Asked = RwSignal<Vec<(String, CardActKind)>>;

/// What a press on a card does.
pub(super) fn on_act(board: Board, asked: Asked) -> Callback<(String, CardActKind)> {
    let (api, toasts) = (use_api(), toasts());
    Callback::new(move |(environment, kind): (String, CardActKind)| {
        let act = match kind {
            CardActKind::Start => "start",
            CardActKind::Stop => "stop",
            CardActKind::Restart => "restart",
            // No card offers them yet.
            CardActKind::Details | CardActKind::Clear => return,
        };
        let mine = (environment.clone(), kind);
        asked.update(|asked| asked.push(mine.clone()));
        let app = board.slug.get_value();
        // Not tied to the page: what was asked for is asked for.
        spawn_local(async move {
            let outcome = api.act(app, environment, act).await;
            asked.try_update(|asked| asked.retain(|other| *other != mine));
            board.environments.again();
            if let Err(failure) = outcome {
                toasts.tell(Tone::Warning, failure.sentence());
            }
        });
    })
}
