//! A labelled text input with its hint and its error, tied together for assistive technology.

use leptos::{html, prelude::*};

use super::{Glyph, attr, icon, live, unique};

/// What is typed into a field; it chooses the keyboard, not the validation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Any text.
    #[default]
    Text,
    /// Hidden while typed.
    Password,
    /// A mail address.
    Email,
    /// A phone number.
    Phone,
    /// A search; no label is drawn, only heard.
    Search,
}

impl InputKind {
    const fn type_name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Password => "password",
            Self::Email => "email",
            Self::Phone => "tel",
            Self::Search => "search",
        }
    }
}

/// A text field. Value and error belong to the caller.
#[component]
pub fn TextField(
    /// Its label, and its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// A sentence under the label, before anything goes wrong.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<String>,
    /// What is typed into it.
    #[prop(optional)]
    kind: InputKind,
    /// The field's name in its form.
    #[prop(optional)]
    name: &'static str,
    /// The browser's autocomplete token.
    #[prop(optional)]
    autocomplete: &'static str,
    /// An example inside the empty field; never instead of the label.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// Must not be left empty.
    #[prop(optional)]
    required: bool,
    /// Versions, hashes, keys.
    #[prop(optional)]
    mono: bool,
    /// May not be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// For whoever must give it the focus.
    #[prop(optional)]
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let id = unique("field");
    let search = kind == InputKind::Search;
    let ties = Ties::new(&id, hint, error);
    view! {
        <div class="field" data-kind=kind.type_name()>
            <label class=if search { "visually-hidden" } else { "field-label" } for=id.clone()>
                {label}
            </label>
            {ties.hint_line()}
            <span class="field-box">
                {search.then(|| icon(Glyph::Search))}
                <input
                    class="input"
                    class:is-mono=mono
                    id=id
                    type=kind.type_name()
                    name=(!name.is_empty()).then_some(name)
                    autocomplete=if autocomplete.is_empty() { "off" } else { autocomplete }
                    placeholder=attr(move || Some(placeholder.get()).filter(|text| !text.is_empty()))
                    required=required
                    spellcheck="false"
                    autocapitalize="none"
                    disabled=attr(move || disabled.get())
                    aria-invalid=ties.invalid()
                    aria-describedby=ties.described_by()
                    bind:value=value
                    node_ref=node
                />
            </span>
            {ties.error_line()}
        </div>
    }
}

/// What ties a control to the hint and the error around it.
pub(super) struct Ties {
    hint_id: String,
    error_id: String,
    hint: Signal<String>,
    error: Signal<String>,
    now: Signal<String>,
}

impl Ties {
    pub(super) fn new(id: &str, hint: Signal<String>, error: Signal<String>) -> Self {
        Self { hint_id: format!("{id}-hint"), error_id: format!("{id}-error"), hint, error, now: Signal::default() }
    }

    /// With the error as it is this second, for the eyes alone: announced every second it would drown everything else.
    pub(super) fn counting(self, now: Signal<String>) -> Self {
        Self { now, ..self }
    }

    pub(super) fn invalid(&self) -> Signal<Option<&'static str>> {
        let error = self.error;
        Signal::derive(move || (!error.with(String::is_empty)).then_some("true"))
    }

    pub(super) fn described_by(&self) -> Signal<Option<String>> {
        let (hint, error) = (self.hint, self.error);
        let (hint_id, error_id) = (self.hint_id.clone(), self.error_id.clone());
        Signal::derive(move || match (hint.with(String::is_empty), error.with(String::is_empty)) {
            (true, true) => None,
            (false, true) => Some(hint_id.clone()),
            (true, false) => Some(error_id.clone()),
            (false, false) => Some(format!("{error_id} {hint_id}")),
        })
    }

    pub(super) fn hint_line(&self) -> impl IntoView + use<> {
        let (id, hint) = (self.hint_id.clone(), self.hint);
        move || {
            let text = hint.get();
            let id = id.clone();
            (!text.is_empty()).then(|| view! { <p class="field-hint" id=id>{text}</p> })
        }
    }

    /// The place of the error is always there, so that it is announced when it fills.
    pub(super) fn error_line(&self) -> impl IntoView + use<> {
        let (id, error, now) = (self.error_id.clone(), self.error, self.now);
        let counts = Memo::new(move |_| !now.with(String::is_empty));
        view! {
            <div class="field-error" id=id aria-live="assertive">
                {live(move || {
                    let text = error.get();
                    (!text.is_empty()).then(|| view! {
                        <p>
                            {icon(Glyph::Error)}
                            <span class:visually-hidden=move || counts.get()>{text}</span>
                            {live(move || counts.get().then(|| view! { <span aria-hidden="true">{now}</span> }))}
                        </p>
                    })
                })}
            </div>
        }
    }
}
