//! A text input whose label, hint and error are linked to it for assistive technology.

use leptos::html;
use leptos::prelude::*;

use super::{Glyph, icon, unique_id};

/// The type of a text field. It decides the on-screen keyboard, not the validation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Any text.
    #[default]
    Text,
    /// A password, shown as dots.
    Password,
    /// An email address.
    Email,
    /// A phone number.
    Phone,
    /// A search. Its label is visually hidden.
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

/// A text field. The caller owns its value and its error.
#[component]
pub fn TextField(
    /// The label, which is also the accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The text in the field.
    value: RwSignal<String>,
    /// A sentence under the label.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong with the value; empty if nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// The type of the field.
    #[prop(optional)]
    kind: InputKind,
    /// The name of the field in its form; none by default.
    #[prop(optional)]
    name: &'static str,
    /// The `autocomplete` token; `off` by default.
    #[prop(optional)]
    autocomplete: &'static str,
    /// An example shown in the empty field. It does not replace the label.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// Whether the field must be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether the text is monospace, as for versions, hashes and keys.
    #[prop(optional)]
    mono: bool,
    /// Whether the field is disabled.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// A reference to the input, for callers that focus it.
    #[prop(optional)]
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let id = unique_id("field");
    let is_search = kind == InputKind::Search;
    let messages = HintAndError::new(&id, hint, error);
    view! {
        <div class="field" data-kind=kind.type_name()>
            <label class=if is_search { "visually-hidden" } else { "field-label" } for=id.clone()>
                {label}
            </label>
            {messages.hint_line()}
            <span class="field-box">
                {is_search.then(|| icon(Glyph::Search))}
                <input
                    class="input"
                    class:is-mono=mono
                    id=id
                    type=kind.type_name()
                    name=(!name.is_empty()).then_some(name)
                    autocomplete=if autocomplete.is_empty() { "off" } else { autocomplete }
                    placeholder=move || Some(placeholder.get()).filter(|text| !text.is_empty())
                    required=required
                    spellcheck="false"
                    autocapitalize="none"
                    disabled=move || disabled.get()
                    aria-invalid=messages.invalid()
                    aria-describedby=messages.described_by()
                    bind:value=value
                    node_ref=node
                />
            </span>
            {messages.error_line()}
        </div>
    }
}

/// The hint and the error of a control, with the ARIA attributes that link them to it.
pub(super) struct HintAndError {
    hint_id: String,
    error_id: String,
    hint: Signal<String>,
    error: Signal<String>,
    visible_error: Signal<String>,
}

impl HintAndError {
    pub(super) fn new(id: &str, hint: Signal<String>, error: Signal<String>) -> Self {
        Self {
            hint_id: format!("{id}-hint"),
            error_id: format!("{id}-error"),
            hint,
            error,
            visible_error: Signal::default(),
        }
    }

    /// Shows `visible_error`, while it is not empty, in place of the error, which is still what screen readers
    /// announce. For countdowns, which would otherwise be announced every second.
    pub(super) fn with_visible_error(self, visible_error: Signal<String>) -> Self {
        Self { visible_error, ..self }
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

    /// The live region is always present, so that an error is announced when it appears.
    pub(super) fn error_line(&self) -> impl IntoView + use<> {
        let (id, error, visible_error) = (self.error_id.clone(), self.error, self.visible_error);
        let has_visible_error = Memo::new(move |_| !visible_error.with(String::is_empty));
        view! {
            <div class="field-error" id=id aria-live="assertive">
                {move || {
                    let text = error.get();
                    (!text.is_empty()).then(|| view! {
                        <p>
                            {icon(Glyph::Error)}
                            <span class:visually-hidden=move || has_visible_error.get()>{text}</span>
                            {move || has_visible_error.get().then(|| view! {
                                <span aria-hidden="true">{visible_error}</span>
                            })}
                        </p>
                    })
                }}
            </div>
        }
    }
}
