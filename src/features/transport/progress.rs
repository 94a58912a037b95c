//! The progress of an accepted deployment: its stages while it runs, and its result.

use std::time::Duration;

use js_sys::Date;
use leptos::html;
use leptos::prelude::*;
use padlock_contract::deployments::{Deployment, DeploymentState, Stage as ApiStage, StageState as ApiStageState};

use crate::format::format_elapsed;
use crate::navigation::use_navigation;
use crate::routes::{ActivityFilter, Route};
use crate::state::app_state::{AppState, is_in_progress, outcome_message};
use crate::state::authorised_window::parse_milliseconds;
use crate::ui::{Button, ButtonKind, LinkButton, Stage, StageState, Tone, dialog_actions, stages};

/// Shows the progress and the result of a deployment.
#[component]
pub(super) fn DeploymentProgress(
    /// The state of the app.
    app_state: AppState,
    /// The deployment as it was when it was accepted.
    accepted: Deployment,
    /// The slug of the target environment.
    target: String,
    /// Called when the visitor wants to try a failed deployment again.
    #[prop(into)]
    on_retry: Callback<()>,
    /// Called when the visitor closes the dialog.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let navigation = use_navigation();
    // An environment shows its latest deployment only; when a newer one begins, this one stays as it was last known.
    let deployment = Memo::new(move |previous: Option<&Deployment>| {
        let environment = app_state.environment(&target);
        let latest = environment.and_then(|environment| environment.deployment);
        let current = latest.filter(|deployment| deployment.id == accepted.id);
        current.or_else(|| previous.cloned()).unwrap_or_else(|| accepted.clone())
    });
    let environment =
        Memo::new(move |_| app_state.environment(&deployment.with(|deployment| deployment.environment.clone())));
    let result = Memo::new(move |_| {
        let deployment = deployment.get();
        if is_in_progress(&deployment) {
            return None;
        }
        environment.get().map(|environment| outcome_message(&environment, &deployment))
    });
    let is_running = Memo::new(move |_| result.with(Option::is_none));
    // The button that was pressed to submit the plan is gone, so the focus would be lost.
    let close_button = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(button) = close_button.get() {
            let _ = button.focus();
        }
    });
    let open_link = move || {
        let environment = environment.get().filter(|_| matches!(result.get(), Some((Tone::Good, _))))?;
        Some(view! {
            <a class="button" data-kind="primary" href=environment.url target="_blank" rel="noreferrer">
                <span class="button-label">{["Open ", &environment.name].concat()}</span>
            </a>
        })
    };
    let has_failed = Memo::new(move |_| matches!(result.get(), Some((Tone::Bad, _))));
    let activity_href = move || {
        let (app, environment) =
            (app_state.slug.get_value(), deployment.with(|deployment| deployment.environment.clone()));
        navigation.href(&Route::Activity { app, filter: ActivityFilter { environment, ..ActivityFilter::default() } })
    };
    let timer = StageTimer::new(is_running);
    view! {
        {move || stages(deployment.with(|deployment| {
            deployment.stages.iter().map(|stage| stage_of(deployment, stage, timer)).collect()
        }))}
        // A screen reader announces new content only if the region was there before.
        <p class="transport-result" role="status" data-tone={move || result.get().map(|(tone, _)| tone.name())}>
            {move || result.get().map(|(_, text)| text)}
        </p>
        {move || is_running.get().then(|| view! {
            <p class="is-muted">"It goes on when you close this dialog."</p>
        })}
        {dialog_actions(view! {
            {open_link}
            {move || has_failed.get().then(|| view! {
                <Button label="Try again" kind=ButtonKind::Primary on_press=on_retry/>
                <LinkButton label="See activity" href=Signal::derive(activity_href)/>
            })}
            <Button
                label="Close"
                kind=ButtonKind::Quiet
                on_press=on_close
                node=close_button
            />
        })}
    }
}

fn stage_of(deployment: &Deployment, stage: &ApiStageState, timer: StageTimer) -> Stage {
    let name = match stage.name {
        ApiStage::Verify => "Verify",
        ApiStage::Unpack => "Unpack",
        ApiStage::Replace => "Replace",
        ApiStage::Start => "Start",
        ApiStage::Unknown => "Another stage",
    };
    let state = match stage.state {
        // The API may leave the stage in which the deployment failed as running.
        DeploymentState::Running if deployment.state == DeploymentState::Failed => StageState::Failed,
        DeploymentState::Queued => StageState::Waiting,
        DeploymentState::Running | DeploymentState::Unknown => StageState::Running,
        DeploymentState::Done => StageState::Done,
        DeploymentState::Failed => StageState::Failed,
    };
    let note = match (state, &stage.started_at, &stage.ended_at) {
        (StageState::Running, ..) => {
            let files = stage.progress.map(|progress| format!("{} of {} files", progress.done, progress.total));
            let elapsed = format_elapsed(timer.elapsed_in(name));
            files.into_iter().chain([elapsed]).collect::<Vec<_>>().join(", ")
        }
        (_, Some(started), Some(ended)) => {
            format_elapsed(parse_milliseconds(ended.as_str()) - parse_milliseconds(started.as_str()))
        }
        _ => String::new(),
    };
    Stage { name: name.to_owned(), state, note }
}

/// How often the time that a stage takes is updated.
const TICK: Duration = Duration::from_secs(1);

/// Measures how long the current stage has been running, with the browser's own clock: the server's may differ.
#[derive(Clone, Copy)]
struct StageTimer {
    tick: RwSignal<()>,
    /// The name of the current stage, and when the page first heard of it.
    current: StoredValue<(&'static str, f64)>,
}

impl StageTimer {
    fn new(is_running: Memo<bool>) -> Self {
        let timer = Self { tick: RwSignal::new(()), current: StoredValue::new(("", 0.0)) };
        Effect::new(move |_| {
            if is_running.get()
                && let Ok(interval) = set_interval_with_handle(move || timer.tick.set(()), TICK)
            {
                on_cleanup(move || interval.clear());
            }
        });
        timer
    }

    /// Returns for how long this stage has been the current one, in milliseconds, and tracks it.
    fn elapsed_in(self, stage: &'static str) -> f64 {
        self.tick.track();
        let (current, since) = self.current.get_value();
        let now = Date::now();
        if current == stage {
            return now - since;
        }
        self.current.set_value((stage, now));
        0.0
    }
}
