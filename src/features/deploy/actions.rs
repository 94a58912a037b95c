//! The start, stop and restart actions of an environment card.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::{ErrorCode, Operation};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::view_model::CardActionKind;
use crate::api::{Api, use_api};
use crate::state::app_state::AppState;
use crate::state::operation_status::operation_status;
use crate::state::step_up::{Purpose, StepUp, Unlocked, use_step_up};
use crate::ui::{PadlockState, ToastAction, Toasts, Tone, focus_is_lost, toasts};

/// The number of animation frames after an action during which the focus is kept on the card: about two seconds.
const KEEP_FOCUS_FRAMES: u32 = 120;

/// The actions that the API has not answered yet, each with the slug of its environment.
pub(super) type PendingActions = RwSignal<Vec<(String, CardActionKind)>>;

/// Returns the callback that runs an action on the environment with the given slug.
/// `to_confirm` is set where the visitor has to confirm it.
pub(super) fn action_callback(
    app_state: AppState,
    pending: PendingActions,
    to_confirm: RwSignal<Option<PendingStop>>,
) -> Callback<(String, CardActionKind)> {
    let runner = ActionRunner { api: use_api(), toasts: toasts(), step_up: use_step_up(), app_state, pending };
    Callback::new(move |(slug, kind): (String, CardActionKind)| {
        let (verb, operation) = match kind {
            CardActionKind::Start => ("start", Operation::Start),
            CardActionKind::Stop => ("stop", Operation::Stop),
            CardActionKind::Restart => ("restart", Operation::Restart),
            // No card offers these yet.
            CardActionKind::Details | CardActionKind::Clear => return,
        };
        let Some(environment) = untrack(|| app_state.environment(&slug)) else { return };
        let (app, card) = (app_state.slug.get_value(), StoredValue::new_local(focused_card()));
        let request = ActionRequest { app, slug, environment_name: environment.name, kind, verb, operation, card };
        if kind == CardActionKind::Stop && environment.protected {
            to_confirm.set(Some(PendingStop { request, version: environment.version.unwrap_or_default(), runner }));
        } else {
            runner.begin(request);
        }
    })
}

/// A protected environment that the visitor is about to stop.
#[derive(Clone)]
pub(super) struct PendingStop {
    request: ActionRequest,
    /// The version that runs there.
    pub(super) version: String,
    runner: ActionRunner,
}

impl PendingStop {
    /// The name of the environment.
    pub(super) fn environment_name(&self) -> &str {
        &self.request.environment_name
    }

    /// Returns the padlock of the action as it is now, and tracks it.
    pub(super) fn padlock(&self) -> PadlockState {
        self.runner.padlock(&self.request)
    }

    /// Stops the environment, after a step-up where one is required.
    pub(super) fn confirm(self) {
        self.runner.begin(self.request);
    }
}

#[derive(Clone)]
struct ActionRequest {
    /// The slug of the app. A toast and its action outlive the page.
    app: String,
    /// The slug of the environment.
    slug: String,
    environment_name: String,
    kind: CardActionKind,
    /// The name of the action in the API and in sentences: "start".
    verb: &'static str,
    operation: Operation,
    /// The card whose button was pressed.
    card: StoredValue<Option<Element>, LocalStorage>,
}

impl ActionRequest {
    const fn past_participle(&self) -> &'static str {
        match self.kind {
            CardActionKind::Start => "started",
            CardActionKind::Stop => "stopped",
            _ => "restarted",
        }
    }
}

#[derive(Clone, Copy)]
struct ActionRunner {
    api: Api,
    toasts: Toasts,
    step_up: StepUp,
    app_state: AppState,
    pending: PendingActions,
}

impl ActionRunner {
    /// Returns the padlock of the action as it is now, and tracks it. None if the page is gone: then the API asks for the
    /// second factor.
    fn padlock(self, request: &ActionRequest) -> PadlockState {
        let environment = self.app_state.environment(&request.slug);
        environment.map(|environment| operation_status(&environment, request.operation).padlock).unwrap_or_default()
    }

    /// Carries out the action, after a step-up where one is required.
    fn begin(self, request: ActionRequest) {
        if untrack(|| self.padlock(&request)) == PadlockState::Closed {
            self.run_after_step_up(request);
        } else {
            self.run(request);
        }
    }

    fn run_after_step_up(self, request: ActionRequest) {
        let act = [request.verb, " ", &request.app, " on ", &request.environment_name].concat();
        let purpose = Purpose { act, environment: Some(request.environment_name.clone()) };
        self.step_up.unlock(purpose, move |how| match how {
            Unlocked::ByCode => self.run(request.clone()),
            Unlocked::ByEnrolment => {
                let text =
                    ["Two-factor authentication is set up. ", &request.environment_name, " is unlocked."].concat();
                self.toasts.show(Tone::Good, text);
            }
        });
    }

    fn run(self, request: ActionRequest) {
        let Self { api, toasts, app_state, pending, .. } = self;
        let pending_action = (request.slug.clone(), request.kind);
        pending.try_update(|pending| pending.push(pending_action.clone()));
        // Not cancelled when the visitor leaves the page: the API carries out the action anyway.
        spawn_local(async move {
            let outcome = api.run_operation(&request.app, &request.slug, request.verb).await;
            pending.try_update(|pending| pending.retain(|other| *other != pending_action));
            app_state.environments.refetch();
            match outcome {
                // The authorised window has closed in the meantime, and the API has done nothing.
                Err(error) if error.code() == Some(ErrorCode::StepUpRequired) => {
                    return self.run_after_step_up(request);
                }
                Err(error) => toasts.show(Tone::Warning, error.message()),
                Ok(_) => {
                    let text = [&request.environment_name, " was ", request.past_participle(), "."].concat();
                    match request.kind {
                        CardActionKind::Stop => toasts.show_with_action(Tone::Good, text, self.start_again(&request)),
                        _ => toasts.show(Tone::Good, text),
                    }
                }
            }
            keep_focus(request.card.try_get_value().flatten(), KEEP_FOCUS_FRAMES);
        });
    }

    /// The button in the toast after a stop.
    fn start_again(self, stopped: &ActionRequest) -> ToastAction {
        let (kind, verb, operation) = (CardActionKind::Start, "start", Operation::Start);
        let request = ActionRequest { kind, verb, operation, ..stopped.clone() };
        let on_press = Callback::new(move |()| self.begin(request.clone()));
        ToastAction { label: "Start again".to_owned(), on_press }
    }
}

fn focused_card() -> Option<Element> {
    document().active_element()?.closest("article").ok()?
}

/// Moves the focus to another button of the card if the pressed button disappears: a stopped environment has no
/// **Stop** button. Ends as soon as the visitor moves the focus elsewhere.
fn keep_focus(card: Option<Element>, frames_left: u32) {
    let Some(card) = card.filter(|card| frames_left > 0 && card.is_connected()) else { return };
    request_animation_frame(move || {
        if focus_is_lost() {
            let next = card.query_selector("footer button").ok().flatten();
            if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
                let _ = next.focus();
            }
        } else if card.matches(":focus-within").unwrap_or_default() || is_dialog_open() {
            keep_focus(Some(card), frames_left - 1);
        }
    });
}

/// Whether a dialog is open. When it closes, the focus returns to the button that opened it.
fn is_dialog_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some())
}
