//! Start, stop and restart, asked for from a card.

use leptos::prelude::*;
use leptos::task::spawn_local;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::model::CardActKind;
use crate::features::board::Board;
use crate::gateway::use_api;
use crate::ui::{Tone, toasts};

/// For how many frames a card may change after an act: about two seconds.
const PATIENCE: u32 = 120;

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
        let card = card_in_focus();
        // Not tied to the page: what was asked for is asked for.
        spawn_local(async move {
            let outcome = api.act(&app, &environment, act).await;
            asked.try_update(|asked| asked.retain(|other| *other != mine));
            board.environments.again();
            keep_focus(card, PATIENCE);
            if let Err(failure) = outcome {
                toasts.tell(Tone::Warning, failure.sentence());
            }
        });
    })
}

/// The card whose button was pressed.
fn card_in_focus() -> Option<Element> {
    document().active_element()?.closest("article").ok()?
}

/// A card that was stopped has no **Stop** any more. Whoever pressed it stays on the card.
fn keep_focus(card: Option<Element>, patience: u32) {
    let Some(card) = card.filter(|card| patience > 0 && card.is_connected()) else { return };
    request_animation_frame(move || {
        let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        if lost {
            let next = card.query_selector("footer button").ok().flatten();
            if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
                let _ = next.focus();
            }
        } else {
            keep_focus(Some(card), patience - 1);
        }
    });
}
