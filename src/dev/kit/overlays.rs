//! Overlays: dialogs, menus, toasts.

use leptos::prelude::*;

use super::samples;
use super::specimen::specimen;
use crate::ui::{
    Button, ButtonKind, Dialog, Glyph, Menu, MenuItem, PadlockState, StageState, Tone, dialog_actions, stages, toasts,
};

pub(super) fn group() -> AnyView {
    view! {
        {specimen("Dialogs", view! { {transport_dialog()} {delete_dialog()} })}
        {specimen("Menus", menus())}
        {specimen("Toasts", toast_buttons())}
    }
    .into_any()
}

fn transport_dialog() -> impl IntoView {
    let open = RwSignal::new(false);
    let close = move || open.set(false);
    let progress = [
        samples::stage("Check the package", StageState::Done, "0.3 s"),
        samples::stage("Unpack", StageState::Running, ""),
        samples::stage("Switch over", StageState::Waiting, ""),
        samples::stage("Start", StageState::Waiting, ""),
    ];
    view! {
        <Button label="Transport" on_press=move || open.set(true)/>
        <Dialog open title="Transport 1.2.0 to Acceptance" on_close=close wide=true>
            <p>"Acceptance runs 1.1.0 now. It goes on running until 1.2.0 has started."</p>
            {stages(progress.to_vec())}
            {dialog_actions(view! {
                <Button label="Continue" kind=ButtonKind::Primary on_press=close/>
                <Button label="Cancel" kind=ButtonKind::Bare on_press=close/>
            })}
        </Dialog>
    }
}

fn delete_dialog() -> impl IntoView {
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
    let show_toast = move |text: &'static str| Callback::new(move |()| toasts.show(Tone::Good, text));
    let actions = vec![
        MenuItem::press("Start", show_toast("Test is starting.")).glyph(Glyph::Play),
        MenuItem::press("Stop", show_toast("Test is stopped.")).glyph(Glyph::Stop).padlock(PadlockState::Closed),
        MenuItem::press("Restart", show_toast("Test is restarting.")).glyph(Glyph::Restart).forbidden(samples::REFUSAL),
        MenuItem::press("Clear", show_toast("Test is empty.")).glyph(Glyph::Trash).danger(),
    ];
    let apps = vec![
        MenuItem::link("shop", "#overlays").current(true),
        MenuItem::link("crm", "#overlays"),
        MenuItem::link("intranet", "#overlays"),
    ];
    view! {
        <Menu label="Deploy" items=samples::deploy_menu()/>
        <Menu label="shop" items=apps kind=ButtonKind::Bare/>
        <Menu label="More" glyph=Glyph::More items=actions kind=ButtonKind::Bare/>
    }
}

fn toast_buttons() -> impl IntoView {
    let toasts = toasts();
    [
        (Tone::Plain, "Not for you", samples::REFUSAL),
        (Tone::Good, "It worked", "1.2.0 now runs on Production."),
        (Tone::Warning, "Look at it", "3 recovery codes left. Make new ones."),
        (Tone::Bad, "It did not", "The transport failed while unpacking. 1.1.0 is still running. Nothing was lost."),
    ]
    .map(|(tone, label, text)| view! { <Button label on_press=move || toasts.show(tone, text)/> })
    .collect_view()
}
