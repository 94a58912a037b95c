//! How it goes: the stages while it runs, and the sentence at its end.

use leptos::html;
use leptos::prelude::*;
use padlock_contract::Stage as ApiStage;
use padlock_contract::deployments::{Deployment, StageState as ApiStageState, State};

use crate::features::board::{Board, ending, is_under_way};
use crate::ui::{Button, ButtonKind, Stage, StageState, Tone, attr, dialog_actions, live, stages};

/// Tells about `accepted` until its end.
#[component]
pub(super) fn Watch(
    /// The app's.
    board: Board,
    /// As it was when it was accepted.
    accepted: Deployment,
    /// The target's slug.
    onto: String,
    /// The reader has seen enough.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    // As long as the card tells about this one; after that it stays as it was last seen.
    let seen = Memo::new(move |before: Option<&Deployment>| {
        let card = board.environment(&onto);
        let now = card.and_then(|card| card.deployment).filter(|deployment| deployment.id == accepted.id);
        now.or_else(|| before.cloned()).unwrap_or_else(|| accepted.clone())
    });
    let target = Memo::new(move |_| board.environment(&seen.with(|seen| seen.environment.clone())));
    let result = Memo::new(move |_| {
        let seen = seen.get();
        if is_under_way(&seen) { None } else { target.get().map(|environment| ending(&environment, &seen)) }
    });
    let going = Memo::new(move |_| result.with(Option::is_none));
    // What was pressed is gone, and the focus with it.
    let close = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(close) = close.get() {
            let _ = close.focus();
        }
    });
    let address = move || {
        let environment = target.get().filter(|_| matches!(result.get(), Some((Tone::Good, _))))?;
        Some(view! {
            <a class="button" data-kind="primary" href=environment.url target="_blank" rel="noreferrer">
                <span class="button-label">{["Open ", &environment.name].concat()}</span>
            </a>
        })
    };
    view! {
        {live(move || stages(seen.with(|seen| seen.stages.iter().map(|stage| shown(stage, seen)).collect())))}
        // There from the start, so that it is announced when it fills.
        <p class="transport-result" role="status" data-tone=attr(move || result.get().map(|(tone, _)| tone.name()))>
            {live(move || result.get().map(|(_, text)| text))}
        </p>
        {live(move || going.get().then(|| view! {
            <p class="is-muted">"It goes on when you close this dialog."</p>
        }))}
        {dialog_actions(view! {
            {address}
            <Button
                label="Close"
                kind=ButtonKind::Quiet
                on_press=on_close
                node=close
            />
        })}
    }
}

fn shown(stage: &ApiStageState, deployment: &Deployment) -> Stage {
    let name = match stage.name {
        ApiStage::Verify => "Verify",
        ApiStage::Unpack => "Unpack",
        ApiStage::Replace => "Replace",
        ApiStage::Start => "Start",
    };
    let state = match stage.state {
        // A stage that had begun when it failed is where it failed.
        State::Running if deployment.state == State::Failed => StageState::Failed,
        State::Queued => StageState::Waiting,
        State::Running => StageState::Running,
        State::Done => StageState::Done,
        State::Failed => StageState::Failed,
    };
    Stage { name: name.to_owned(), state, note: String::new() }
}
