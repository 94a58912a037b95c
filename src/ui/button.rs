//! Buttons: the primary one of a view, the quiet rest, and the dangerous.

use leptos::{ev::MouseEvent, html, prelude::*};

use super::{Glyph, Padlock, PadlockState, Toasts, Tone, attr, icon, live, unique};

/// How much a button asks for attention. One primary per view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one act the view is for.
    Primary,
    /// Everything else.
    #[default]
    Quiet,
    /// No edge until it is touched: rows and cards full of acts stay calm.
    Bare,
    /// Destroys something. Its label names the object.
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

/// A button. It keeps its width while busy, and stays focusable when refused, so that a keyboard
/// finds it and hears why; pressing it then says the reason instead of acting.
#[component]
pub fn Button(
    /// The visible label, and the start of the accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// Words that complete the name where the page shows them elsewhere: "to Production".
    #[prop(optional, into)]
    context: Signal<String>,
    /// How much attention it asks for.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the label.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// A padlock before the label.
    #[prop(optional, into)]
    padlock: Signal<PadlockState>,
    /// Working: a spinner over the label, presses are ignored.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Cannot be pressed now, for a reason that is plain on the page.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Why this person may not: what is missing and whom to ask.
    #[prop(optional, into)]
    refused: Signal<String>,
    /// Why it cannot be done just now, whoever asks: a state, so no padlock.
    #[prop(optional, into)]
    not_now: Signal<String>,
    /// A description for assistive technology; the padlock's own is added by itself.
    #[prop(optional, into)]
    description: Signal<String>,
    /// Submits the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// What happens.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// For whoever must give it the focus.
    #[prop(optional)]
    node: NodeRef<html::Button>,
) -> impl IntoView {
    let toasts = use_context::<Toasts>();
    let padlock =
        Signal::derive(move || if refused.with(String::is_empty) { padlock.get() } else { PadlockState::NotForYou });
    let guarded = Memo::new(move |_| padlock.get() != PadlockState::None);
    let barred = Memo::new(move |_| [refused.get(), not_now.get()].into_iter().find(|why| !why.is_empty()));
    let described = Memo::new(move |_| {
        let own = padlock.get().description();
        let why = barred.get().unwrap_or_default();
        let said = if why.is_empty() { own.to_owned() } else { why };
        [description.get(), said].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    });
    let description_id = unique("about");
    let describes = description_id.clone();
    let press = move |event: MouseEvent| {
        let why = barred.get_untracked().unwrap_or_default();
        if busy.get_untracked() || !why.is_empty() {
            event.prevent_default();
            if let (false, Some(toasts)) = (why.is_empty(), toasts) {
                toasts.tell(Tone::Plain, why);
            }
        } else if let Some(act) = on_press {
            act.run(());
        }
    };
    view! {
        <button
            class="button"
            type=if submit { "submit" } else { "button" }
            data-kind=kind.name()
            disabled=attr(move || disabled.get())
            aria-busy=attr(move || busy.get().then_some("true"))
            aria-disabled=attr(move || (busy.get() || barred.with(Option::is_some)).then_some("true"))
            aria-describedby=attr(move || (!described.with(String::is_empty)).then(|| describes.clone()))
            on:click=press
            node_ref=node
        >
            {live(move || guarded.get().then(|| view! { <Padlock state=padlock/> }))}
            {glyph.map(icon)}
            <span class="button-label">
                {label}
                {live(move || {
                    let context = context.get();
                    (!context.is_empty()).then(|| view! { <span class="button-context">" "{context}</span> })
                })}
            </span>
            {live(move || busy.get().then(|| view! { <span class="spinner"></span> }))}
        </button>
        {live(move || {
            let text = described.get();
            let id = description_id.clone();
            (!text.is_empty()).then(|| view! { <span class="visually-hidden" id=id>{text}</span> })
        })}
    }
}

/// A button that shows an icon alone; its name is heard and shown on hover.
#[component]
pub fn IconButton(
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// Its picture.
    glyph: Glyph,
    /// What happens.
    #[prop(into)]
    on_press: Callback<()>,
    /// For whoever must give it the focus.
    #[prop(optional)]
    node: NodeRef<html::Button>,
) -> impl IntoView {
    view! {
        <button
            class="button button-icon"
            type="button"
            data-kind="bare"
            aria-label=attr(move || label.get())
            title=attr(move || label.get())
            on:click=move |_| on_press.run(())
            node_ref=node
        >
            {icon(glyph)}
        </button>
    }
}

/// A link that looks like a button: it goes somewhere, it does nothing.
#[component]
pub fn LinkButton(
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How much attention it asks for.
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
