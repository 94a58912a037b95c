//! Controls: buttons, fields, the code field, choices.

use leptos::prelude::*;

use super::samples;
use super::specimen::specimen;
use crate::ui::{
    Button, ButtonKind, Checkbox, CodeInput, CodeMode, Glyph, IconButton, InputKind, LinkButton, PadlockState,
    Segmented, TextField,
};

pub(super) fn group() -> AnyView {
    view! {
        {specimen("Buttons", button_kinds())}
        {specimen("With a padlock", padlocked_buttons())}
        {specimen("Busy, disabled, not for you", button_states())}
        {specimen("Fields", text_fields())}
        {specimen("Code: type or paste 123456; it is wrong the first time", code_field())}
        {specimen("Code: pending, blocked, recovery", code_field_states())}
        {specimen("Choices", choices())}
    }
    .into_any()
}

fn button_kinds() -> impl IntoView {
    view! {
        <Button label="Transport" context="to Production" kind=ButtonKind::Primary/>
        <Button label="Upload package" glyph=Glyph::Upload/>
        <Button label="Details" kind=ButtonKind::Bare/>
        <Button label="Delete shop-1.0.0.mda" kind=ButtonKind::Danger/>
        <IconButton label="Close" glyph=Glyph::Close on_press=move || ()/>
        <LinkButton label="Open the app" href="#controls" glyph=Glyph::External/>
    }
}

fn padlocked_buttons() -> impl IntoView {
    view! {
        <Button label="Transport" kind=ButtonKind::Primary padlock=PadlockState::Closed/>
        <Button label="Transport" kind=ButtonKind::Primary padlock=PadlockState::Open/>
        <Button label="Restart" padlock=PadlockState::Closed/>
        <Button label="Restart" padlock=PadlockState::Open/>
        <Button label="Details" kind=ButtonKind::Bare padlock=PadlockState::Closed/>
        <Button label="Restart" kind=ButtonKind::Quiet forbidden_reason=samples::REFUSAL/>
        <Button label="Details" kind=ButtonKind::Bare forbidden_reason=samples::REFUSAL/>
    }
}

fn button_states() -> impl IntoView {
    let busy = RwSignal::new(true);
    view! {
        <Button label="Sign in" kind=ButtonKind::Primary busy/>
        <Button label="Restart" busy/>
        <Button label="Save changes" kind=ButtonKind::Primary disabled=true/>
        <Button label="Discard" disabled=true/>
        <Button label="Transport" kind=ButtonKind::Primary forbidden_reason=samples::REFUSAL/>
        <Button label="Toggle busy" kind=ButtonKind::Bare on_press=move || busy.update(|busy| *busy = !*busy)/>
    }
}

fn text_fields() -> impl IntoView {
    let (login, invalid, search) = (RwSignal::new(String::new()), RwSignal::new("05".to_owned()), RwSignal::default());
    let slug = RwSignal::new("production".to_owned());
    view! {
        <div class="kit-fields">
            <TextField label="Login" value=login hint="Your mail address."/>
            <TextField
                label="Phone number"
                value=invalid
                kind=InputKind::Phone
                error="This is too short for a phone number."
            />
            <TextField label="Slug" value=slug mono=true disabled=true/>
            <TextField label="Search packages" value=search kind=InputKind::Search placeholder="Search packages"/>
        </div>
    }
}

fn code_field() -> impl IntoView {
    let value = RwSignal::new(String::new());
    let error = RwSignal::new(String::new());
    let pending = RwSignal::new(false);
    let tries_left = StoredValue::new(4_u32);
    let send = move |_code: String| {
        pending.set(true);
        error.set(String::new());
        set_timeout(
            move || {
                pending.set(false);
                let left = tries_left.get_value();
                tries_left.set_value(left.saturating_sub(1).max(1));
                error.set(format!("That code is not right. {left} tries left."));
            },
            std::time::Duration::from_millis(700),
        );
    };
    view! { <CodeInput label="Code from your authenticator app" value error pending on_complete=send/> }
}

fn code_field_states() -> impl IntoView {
    let value = |text: &str| RwSignal::new(text.to_owned());
    view! {
        <CodeInput label="Code, half typed" value=value("042")/>
        <CodeInput label="Code, pending" value=value("042917") pending=true/>
        <CodeInput
            label="Code, blocked"
            value=value("")
            blocked=true
            hint="Too many tries. You can go on at 14:05."
        />
        <CodeInput
            label="Recovery code"
            value=value("7K3MQ-9X2VA")
            mode=CodeMode::Recovery
            hint="Fifteen letters and digits, from your list."
        />
    }
}

fn choices() -> impl IntoView {
    let saved = RwSignal::new(true);
    let environment = RwSignal::new("acceptance".to_owned());
    view! {
        <div class="kit-column">
            <Checkbox label="I've saved the data" checked=saved on_change=move |checked| saved.set(checked)/>
            <Checkbox
                label="Start after deploying"
                checked=false
                on_change=move |_| ()
                hint="Otherwise the environment stays stopped."
            />
            <Checkbox label="Transport Rights" checked=true disabled=true on_change=move |_| ()/>
            <Segmented
                label="Environment"
                segments=samples::segments()
                chosen=environment
                on_choose=move |value| environment.set(value)
            />
        </div>
    }
}
