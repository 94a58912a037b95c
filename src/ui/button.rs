//! Buttons and links that look like buttons.

use leptos::ev::MouseEvent;
use leptos::html;
use leptos::prelude::*;

use super::{Glyph, Padlock, PadlockState, Toasts, Tone, icon, unique_id};

/// The prominence of a button.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The main action of a view. There is at most one per view.
    Primary,
    /// Any other action.
    #[default]
    Quiet,
    /// Without a border until it is hovered: for rows and cards with many actions.
    Bare,
    /// A destructive action. The label names what is destroyed.
    Danger,
}

impl ButtonKind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Quiet => "quiet",
            Self::Bare => "bare",
            Self::Danger => "danger",
        }
    }
}

/// A button. It keeps its width while it is busy. With a `forbidden_reason` or an `unavailable_reason` it stays
/// focusable. The reason is shown while the pointer or the focus is on it, and in a toast when it is pressed.
#[component]
pub fn Button(
    /// The visible label, and the start of the accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// Visually hidden words that complete the accessible name, such as "to Production".
    #[prop(optional, into)]
    context: Signal<String>,
    /// The prominence.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the label.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// A padlock before the label.
    #[prop(optional, into)]
    padlock: Signal<PadlockState>,
    /// Whether the action is running: a spinner covers the label and presses are ignored.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether the button is disabled, for a reason that the page shows.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Why the visitor may not perform the action: which permission is missing and whom to ask; empty if none is. The
    /// padlock then is [`PadlockState::NotForYou`].
    #[prop(optional, into)]
    forbidden_reason: Signal<String>,
    /// Why nobody can perform the action at the moment; empty if it is possible. The padlock does not change.
    #[prop(optional, into)]
    unavailable_reason: Signal<String>,
    /// A description for assistive technology. The padlock's description is appended to it.
    #[prop(optional, into)]
    description: Signal<String>,
    /// Whether it submits the surrounding form.
    #[prop(optional)]
    submit: bool,
    /// Called when it is pressed.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// A reference to the button, for callers that focus it.
    #[prop(optional)]
    node: NodeRef<html::Button>,
) -> impl IntoView {
    let toasts = use_context::<Toasts>();
    let is_forbidden = move || !forbidden_reason.with(String::is_empty);
    let padlock = Signal::derive(move || if is_forbidden() { PadlockState::NotForYou } else { padlock.get() });
    let has_padlock = Memo::new(move |_| padlock.get() != PadlockState::None);
    let blocked_reason = Memo::new(move |_| {
        [forbidden_reason.get(), unavailable_reason.get()].into_iter().find(|reason| !reason.is_empty())
    });
    let full_description = Memo::new(move |_| {
        let state_text = blocked_reason.get().unwrap_or_else(|| padlock.get().description().to_owned());
        [description.get(), state_text].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    });
    let description_id = unique_id("about");
    let described_by = description_id.clone();
    let on_click = move |event: MouseEvent| {
        let reason = blocked_reason.get_untracked().unwrap_or_default();
        if busy.get_untracked() || !reason.is_empty() {
            event.prevent_default();
            if let (false, Some(toasts)) = (reason.is_empty(), toasts) {
                toasts.show(Tone::Plain, reason);
            }
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            class="button"
            type=if submit { "submit" } else { "button" }
            data-kind=kind.name()
            disabled=move || disabled.get()
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || (busy.get() || blocked_reason.with(Option::is_some)).then_some("true")
            aria-describedby=move || (!full_description.with(String::is_empty)).then(|| described_by.clone())
            data-tip=move || blocked_reason.get()
            on:click=on_click
            node_ref=node
        >
            {move || has_padlock.get().then(|| view! { <Padlock state=padlock/> })}
            {glyph.map(icon)}
            {button_label(label, context)}
            {move || busy.get().then(|| view! { <span class="spinner"></span> })}
        </button>
        {move || {
            let text = full_description.get();
            let id = description_id.clone();
            (!text.is_empty()).then(|| view! { <span class="visually-hidden" id=id>{text}</span> })
        }}
    }
}

/// The label of a button, and words that complete it where its place does not say them to the eye.
pub(super) fn button_label(label: Signal<String>, context: Signal<String>) -> impl IntoView {
    let context = move || {
        let context = context.get();
        (!context.is_empty()).then(|| view! { <span class="button-context" translate="no">" "{context}</span> })
    };
    view! { <span class="button-label">{label}{context}</span> }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The address that it links to.
    #[prop(into)]
    href: Signal<String>,
    /// The prominence.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the label.
    #[prop(optional)]
    glyph: Option<Glyph>,
) -> impl IntoView {
    view! {
        <a class="button" data-kind=kind.name() href=href>
            {glyph.map(icon)}
            <span class="button-label">{label}</span>
        </a>
    }
}
