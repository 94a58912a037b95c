//! What would happen, and **Continue**.

use leptos::html;
use leptos::prelude::*;

use super::comparison::Comparison;
use super::plan::Plan;
use super::send::{Phase, Refusal, Sender};
use crate::features::board::Board;
use crate::features::step_up::use_step_up;
use crate::gateway::use_api;
use crate::outlook::outlook;
use crate::ui::{Button, ButtonKind, Glyph, Notice, PadlockState, Tone, dialog_actions, focus_on_arrival, icon, live};

#[component]
pub(super) fn Ask(
    board: Board,
    plan: Memo<Option<Plan>>,
    phase: RwSignal<Phase>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let sender = Sender { api: use_api(), board, step_up: use_step_up(), phase };
    // Not what differs, though it comes before and scrolls.
    let first = NodeRef::<html::Button>::new();
    focus_on_arrival(first);
    let look = Memo::new(move |_| {
        plan.with(|plan| plan.as_ref().map(|p| outlook(&p.onto, p.operation())).unwrap_or_default())
    });
    let sending = Memo::new(move |_| phase.with(|phase| *phase == Phase::Sending));
    let go = move |()| {
        let Some(plan) = plan.get_untracked() else { return };
        if look.with_untracked(|look| look.padlock == PadlockState::Closed) {
            sender.unlock(plan);
        } else {
            sender.send(plan);
        }
    };
    let look_again = Callback::new(move |()| {
        phase.set(Phase::Asking);
        board.again();
    });
    // Compared anew only when another package is on either side.
    let sides = Memo::new(move |_| {
        plan.with(|plan| {
            let there = |plan: &Plan| plan.onto.package.as_ref().map(|package| package.id.clone());
            plan.as_ref().map(|plan| (plan.package.id.clone(), there(plan)))
        })
    });
    let why_not =
        move || look.with(|look| [&look.refused, &look.not_now].into_iter().find(|why| !why.is_empty()).cloned());
    view! {
        {live(move || plan.with(|plan| plan.as_ref().map(way)))}
        {live(move || sides.get().map(|(goes, there)| match there {
            Some(there) if there == goes => same().into_any(),
            there => view! { <Comparison board goes there/> }.into_any(),
        }))}
        {live(move || plan.with(|plan| plan.as_ref().map(safe)))}
        // There from the start, so that it is announced when it fills.
        <div role="alert">
            {live(move || phase.with(|phase| match phase {
                Phase::Refused(refusal) => Some(refused(refusal.clone(), look_again)),
                Phase::Asking | Phase::Sending | Phase::Going(_) => None,
            }))}
        </div>
        {live(move || why_not().map(|text| view! { <Notice text/> }))}
        {dialog_actions(view! {
            <Button
                label="Continue"
                kind=ButtonKind::Primary
                padlock=Signal::derive(move || look.with(|look| look.padlock))
                refused=Signal::derive(move || look.with(|look| look.refused.clone()))
                not_now=Signal::derive(move || look.with(|look| look.not_now.clone()))
                busy=sending
                on_press=go
                node=first
            />
            <Button label="Cancel" on_press=on_close/>
        })}
    }
}

/// What goes where.
fn way(plan: &Plan) -> impl IntoView + use<> {
    let (version, name) = (plan.package.name().to_owned(), plan.onto.name.clone());
    let from = plan.from.as_ref().map_or_else(|| "Repository".to_owned(), |from| from.name.clone());
    let now = plan.replaced().map(|now| view! { <s class="way-replaced">{now.to_owned()}</s>" " });
    let later = version.clone();
    view! {
        <div class="way">
            <p class="way-side">
                <span class="way-name">{from}</span>
                <code class="way-version">{version}</code>
            </p>
            <span class="way-arrow">{icon(Glyph::ArrowRight)}</span>
            <p class="way-side">
                <span class="way-name">{name}</span>
                <code class="way-version">{now}{later}</code>
            </p>
        </div>
    }
}

fn same() -> impl IntoView {
    view! { <p class="differences-none">"This package lies there already. It is unpacked and started anew."</p> }
}

/// What happens if it goes wrong: what people want to know before they press.
fn safe(plan: &Plan) -> impl IntoView + use<> {
    let text = match plan.replaced() {
        Some(now) => [now, " stays if anything goes wrong."].concat(),
        None => [&plan.onto.name, " stays empty if anything goes wrong."].concat(),
    };
    view! { <p class="is-muted">{text}</p> }
}

fn refused(refusal: Refusal, look_again: Callback<()>) -> AnyView {
    let Refusal { title, text, moved } = refusal;
    if moved {
        return view! {
            <Notice tone=Tone::Warning title text>
                <Button label="Look again" on_press=look_again/>
            </Notice>
        }
        .into_any();
    }
    view! { <Notice tone=Tone::Warning title text/> }.into_any()
}
