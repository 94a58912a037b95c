//! The kit's overlays: dialogs, menus, toasts.

use std::time::Duration;

use leptos::prelude::*;

use super::{samples, specimen};
use crate::{
    features::step_up::view::StepUpDialog,
    ui::{
        Button, ButtonKind, CodeMode, Dialog, Glyph, Menu, MenuItem, PadlockState, StageState, Tone, dialog_actions,
        stages, toasts,
    },
};

pub(super) fn group() -> AnyView {
    view! {
        {specimen("Dialogs", view! { {step_up()} {transport()} {danger()} })}
        {specimen("Menus", menus())}
        {specimen("Toasts", toast_buttons())}
    }
    .into_any()
}

/// The step-up dialog on made-up answers: 000000 is right, 111111 was used, the rest is wrong.
fn step_up() -> impl IntoView {
    let (open, code, mode) = (RwSignal::new(false), RwSignal::new(String::new()), RwSignal::new(CodeMode::Digits));
    let (error, pending, unlocked) = (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(false));
    let submit = move |typed: String| {
        pending.set(true);
        error.set(String::new());
        set_timeout(
            move || {
                pending.set(false);
                match typed.as_str() {
                    "000000" => {
                        unlocked.set(true);
                        set_timeout(move || open.set(false), Duration::from_millis(420));
                    }
                    "111111" => error.set("That code was used already. The next one comes in 17 s.".into()),
                    _ => error.set("That code is not right. 4 tries left.".into()),
                }
            },
            Duration::from_millis(500),
        );
    };
    let start = move || {
        code.set(String::new());
        error.set(String::new());
        unlocked.set(false);
        mode.set(CodeMode::Digits);
        open.set(true);
    };
    view! {
        <Button label="Step-up" padlock=PadlockState::Closed on_press=start/>
        <StepUpDialog
            open
            purpose="transport shop 1.2.0 to Production"
            promise="Then Production stays unlocked in this browser until 17:42."
            code_label="Code from your authenticator app"
            code
            mode
            error
            pending
            unlocked
            on_submit=submit
            on_close=move || open.set(false)
        />
    }
}

fn transport() -> impl IntoView {
    let open = RwSignal::new(false);
    let close = move || open.set(false);
    let list = [
        samples::stage("Check the package", StageState::Done, "0.3 s"),
        samples::stage("Unpack", StageState::Running, ""),
        samples::stage("Switch over", StageState::Waiting, ""),
        samples::stage("Start", StageState::Waiting, ""),
    ];
    view! {
        <Button label="Transport" on_press=move || open.set(true)/>
        <Dialog open title="Transport 1.2.0 to Acceptance" on_close=close wide=true>
            <p>"Acceptance runs 1.1.0 now. It goes on running until 1.2.0 has started."</p>
            {stages(list.to_vec())}
            {dialog_actions(view! {
                <Button label="Continue" kind=ButtonKind::Primary on_press=close/>
                <Button label="Cancel" kind=ButtonKind::Bare on_press=close/>
            })}
        </Dialog>
    }
}

fn danger() -> impl IntoView {
    let open = RwSignal::new(false);
    let close = move || open.set(false);
    view! {
        <Button label="Delete shop-1.0.0.mda" kind=ButtonKind::Danger on_press=move || open.set(true)/>
        <Dialog open title="Delete shop-1.0.0.mda" on_close=close>
            <p>"No environment runs it. It cannot be brought back."</p>
            {dialog_actions(view! {
                <Button label="Delete package" kind=ButtonKind::Danger on_press=close/>
                <Button label="Keep it" kind=ButtonKind::Bare on_press=close/>
            })}
        </Dialog>
    }
}

fn menus() -> impl IntoView {
    let toasts = toasts();
    let say = move |what: &'static str| Callback::new(move |()| toasts.tell(Tone::Good, what));
    let acts = vec![
        MenuItem::press("Start", say("Test is starting.")).glyph(Glyph::Play),
        MenuItem::press("Stop", say("Test is stopped.")).glyph(Glyph::Stop).padlock(PadlockState::Closed),
        MenuItem::press("Restart", say("Test is restarting.")).glyph(Glyph::Restart).refused(samples::ASK),
        MenuItem::press("Clear", say("Test is empty.")).glyph(Glyph::Trash).danger(),
    ];
    let apps = vec![
        MenuItem::link("shop", "#overlays").current(true),
        MenuItem::link("crm", "#overlays"),
        MenuItem::link("intranet", "#overlays"),
    ];
    view! {
        <Menu label="Deploy" items=samples::deploy_menu()/>
        <Menu label="shop" items=apps kind=ButtonKind::Bare/>
        <Menu label="More" glyph=Glyph::More items=acts kind=ButtonKind::Bare/>
    }
}

fn toast_buttons() -> impl IntoView {
    let toasts = toasts();
    [
        (Tone::Plain, "Not for you", samples::ASK),
        (Tone::Good, "It worked", "1.2.0 now runs on Production."),
        (Tone::Warning, "Look at it", "3 recovery codes left. Make new ones."),
        (Tone::Bad, "It did not", "The transport failed while unpacking. 1.1.0 is still running. Nothing was lost."),
    ]
    .map(|(tone, label, text)| view! { <Button label on_press=move || toasts.tell(tone, text)/> })
    .collect_view()
}
