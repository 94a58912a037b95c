//! The confirmation: what would change, and the **Continue** button.

use leptos::html;
use leptos::prelude::*;

use super::comparison::Comparison;
use super::plan::Plan;
use super::submit::{Phase, Refusal, Submitter};
use crate::api::use_api;
use crate::features::packages::package_warnings;
use crate::state::app_state::AppState;
use crate::state::step_up::use_step_up;
use crate::ui::{Button, ButtonKind, Glyph, Notice, PadlockState, Tone, dialog_actions, focus_on_mount, icon, version};

#[component]
pub(super) fn Confirm(
    app_state: AppState,
    plan: Memo<Option<Plan>>,
    phase: RwSignal<Phase>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let submitter = Submitter { api: use_api(), app_state, step_up: use_step_up(), phase };
    // By default a dialog focuses its first focusable element, which here can be the scrollable list of differences.
    let continue_button = NodeRef::<html::Button>::new();
    focus_on_mount(continue_button);
    let status = Memo::new(move |_| plan.with(|plan| plan.as_ref().map(Plan::status).unwrap_or_default()));
    let is_submitting = Memo::new(move |_| phase.with(|phase| *phase == Phase::Submitting));
    let submit = move |()| {
        let Some(plan) = plan.get_untracked() else { return };
        if status.with_untracked(|status| status.padlock == PadlockState::Closed) {
            submitter.submit_after_step_up(plan);
        } else {
            submitter.submit(plan);
        }
    };
    let reload = Callback::new(move |()| {
        phase.set(Phase::Confirming);
        app_state.refetch();
    });
    // The new package and the one on the target. They are compared again only when one of them changes.
    let package_ids = Memo::new(move |_| {
        plan.with(|plan| {
            let old_id = |plan: &Plan| plan.target.package.as_ref().map(|package| package.id.clone());
            plan.as_ref().map(|plan| (plan.package.id.clone(), old_id(plan)))
        })
    });
    let reason = move || {
        status.with(|status| {
            [&status.forbidden_reason, &status.unavailable_reason].into_iter().find(|text| !text.is_empty()).cloned()
        })
    };
    // Before the padlock is open the button leads on; afterwards it acts, and says what it does.
    let submit_label = move || {
        let is_locked = status.with(|status| status.padlock == PadlockState::Closed);
        if is_locked {
            "Continue".to_owned()
        } else {
            plan.with(|plan| plan.as_ref().map(Plan::title).unwrap_or_default())
        }
    };
    view! {
        {move || plan.with(|plan| plan.as_ref().map(source_and_target))}
        {move || plan.with(|plan| plan.as_ref().map(|plan| package_warnings(&plan.warnings)))}
        {move || package_ids.get().map(|(new_id, old_id)| match old_id {
            Some(old_id) if old_id == new_id => same_package().into_any(),
            old_id => view! { <Comparison app_state new_id old_id/> }.into_any(),
        })}
        {move || plan.with(|plan| plan.as_ref().map(effect_of_a_failure))}
        // A screen reader announces new content only if the region was there before.
        <div role="alert">
            {move || phase.with(|phase| match phase {
                Phase::Refused(refusal) => Some(refusal_notice(refusal.clone(), reload)),
                Phase::Confirming | Phase::Submitting | Phase::Accepted(_) => None,
            })}
        </div>
        {move || reason().map(|text| view! { <Notice text/> })}
        {dialog_actions(view! {
            <Button
                label=Signal::derive(submit_label)
                kind=ButtonKind::Primary
                padlock=Signal::derive(move || status.with(|status| status.padlock))
                forbidden_reason=Signal::derive(move || status.with(|status| status.forbidden_reason.clone()))
                unavailable_reason=Signal::derive(move || status.with(|status| status.unavailable_reason.clone()))
                busy=is_submitting
                on_press=submit
                node=continue_button
            />
            <Button label="Cancel" on_press=on_close/>
        })}
    }
}

fn source_and_target(plan: &Plan) -> impl IntoView + use<> {
    let source = plan.source.as_ref().map_or_else(|| "Repository".to_owned(), |source| source.name.clone());
    let target = plan.target.name.clone();
    let new_version = plan.package.name().to_owned();
    let old_version =
        plan.replaced_version().map(|replaced| view! { <s class="way-replaced">{version(replaced)}</s>" " });
    view! {
        <div class="way">
            <p class="way-side">
                <span class="way-name" translate="no">{source}</span>
                <code class="way-version">{version(new_version.clone())}</code>
            </p>
            <span class="way-arrow">{icon(Glyph::ArrowRight)}</span>
            <p class="way-side">
                <span class="way-name" translate="no">{target}</span>
                <code class="way-version">{old_version}{version(new_version)}</code>
            </p>
        </div>
    }
}

fn same_package() -> impl IntoView {
    view! { <p class="differences-none">"This package lies there already. It is unpacked and started anew."</p> }
}

fn effect_of_a_failure(plan: &Plan) -> impl IntoView + use<> {
    let text = match plan.replaced_version() {
        Some(version) => [version, " stays if anything goes wrong."].concat(),
        None => [&plan.target.name, " stays empty if anything goes wrong."].concat(),
    };
    view! { <p class="is-muted">{text}</p> }
}

fn refusal_notice(refusal: Refusal, reload: Callback<()>) -> AnyView {
    let Refusal { title, text, is_stale } = refusal;
    if is_stale {
        return view! {
            <Notice tone=Tone::Warning title text>
                <Button label="Look again" on_press=reload/>
            </Notice>
        }
        .into_any();
    }
    view! { <Notice tone=Tone::Warning title text/> }.into_any()
}
