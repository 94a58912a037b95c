//! Start, stop and restart, asked for from a card.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::{ErrorCode, Operation};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::model::CardActKind;
use crate::features::board::Board;
use crate::features::step_up::{Purpose, StepUp, use_step_up};
use crate::gateway::{Api, use_api};
use crate::outlook::outlook;
use crate::ui::{PadlockState, Toasts, Tone, focus_is_lost, toasts};

/// For how many frames a card may change after an act: about two seconds.
const PATIENCE: u32 = 120;

/// What was asked of which environment and is not answered yet.
pub(super) type Asked = RwSignal<Vec<(String, CardActKind)>>;

/// What a press on a card does.
pub(super) fn on_act(board: Board, asked: Asked) -> Callback<(String, CardActKind)> {
    let actor = Actor { api: use_api(), toasts: toasts(), step_up: use_step_up(), board, asked };
    Callback::new(move |(environment, kind): (String, CardActKind)| {
        let (act, operation) = match kind {
            CardActKind::Start => ("start", Operation::Start),
            CardActKind::Stop => ("stop", Operation::Stop),
            CardActKind::Restart => ("restart", Operation::Restart),
            // No card offers them yet.
            CardActKind::Details | CardActKind::Clear => return,
        };
        let Some(on) = untrack(|| board.environment(&environment)) else { return };
        let locked = outlook(&on, operation).padlock == PadlockState::Closed;
        let wish = Wish { environment, name: on.name, kind, act, card: StoredValue::new_local(card_in_focus()) };
        if locked {
            actor.unlock(wish);
        } else {
            actor.carry_out(wish);
        }
    })
}

/// What somebody wants done.
#[derive(Clone)]
struct Wish {
    environment: String,
    name: String,
    kind: CardActKind,
    act: &'static str,
    card: StoredValue<Option<Element>, LocalStorage>,
}

impl Wish {
    const fn done(&self) -> &'static str {
        match self.kind {
            CardActKind::Start => "started",
            CardActKind::Stop => "stopped",
            _ => "restarted",
        }
    }
}

#[derive(Clone, Copy)]
struct Actor {
    api: Api,
    toasts: Toasts,
    step_up: StepUp,
    board: Board,
    asked: Asked,
}

impl Actor {
    /// Asks for the second factor, and goes on once it is proved.
    fn unlock(self, wish: Wish) {
        let act = [wish.act, " ", &self.board.slug.get_value(), " on ", &wish.name].concat();
        let purpose = Purpose { act, environment: Some(wish.name.clone()) };
        self.step_up.ask(purpose, move || self.carry_out(wish.clone()));
    }

    fn carry_out(self, wish: Wish) {
        let Self { api, toasts, board, asked, .. } = self;
        let mine = (wish.environment.clone(), wish.kind);
        asked.update(|asked| asked.push(mine.clone()));
        let app = board.slug.get_value();
        // Not tied to the page: what was asked for is asked for.
        spawn_local(async move {
            let outcome = api.act(&app, &wish.environment, wish.act).await;
            asked.try_update(|asked| asked.retain(|other| *other != mine));
            board.environments.again();
            match outcome {
                // The window has closed meanwhile: nothing was done, and the reader is asked here, too.
                Err(failure) if failure.code() == Some(ErrorCode::StepUpRequired) => return self.unlock(wish),
                Err(failure) => toasts.tell(Tone::Warning, failure.sentence()),
                Ok(_) => toasts.tell(Tone::Good, [&wish.name, " was ", wish.done(), "."].concat()),
            }
            keep_focus(wish.card.try_get_value().flatten(), PATIENCE);
        });
    }
}

/// The card whose button was pressed.
fn card_in_focus() -> Option<Element> {
    document().active_element()?.closest("article").ok()?
}

/// A card that was stopped has no **Stop** any more. Whoever pressed it stays on the card, unless they have gone elsewhere.
fn keep_focus(card: Option<Element>, patience: u32) {
    let Some(card) = card.filter(|card| patience > 0 && card.is_connected()) else { return };
    request_animation_frame(move || {
        if focus_is_lost() {
            let next = card.query_selector("footer button").ok().flatten();
            if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
                let _ = next.focus();
            }
        } else if card.matches(":focus-within").unwrap_or_default() || is_dialog_open() {
            keep_focus(Some(card), patience - 1);
        }
    });
}

/// A dialog that closes gives the focus back to what opened it.
fn is_dialog_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some())
}
