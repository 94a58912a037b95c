//! The static HTML of `index.html` that is shown until the program has rendered its first page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// What the visitor typed into the static sign-in form before the program took over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefill {
    /// The login.
    pub login: String,
    /// The password.
    pub password: String,
    /// Whether the password field had the focus.
    pub password_focused: bool,
}

impl Prefill {
    /// Reads the static form. Empty once [`remove`] has been called.
    #[must_use]
    pub fn from_page() -> Self {
        let field =
            |id: &str| document().get_element_by_id(id).and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
        let text = |id| field(id).map(|field| field.value()).unwrap_or_default();
        let focused = document().active_element().map(|element| element.id());
        Self {
            login: text("shell-login"),
            password: text("shell-password"),
            password_focused: focused.as_deref() == Some("shell-password"),
        }
    }
}

/// Whether the static sign-in form is shown: nobody seems to be signed in, whatever the address names.
#[must_use]
pub fn is_sign_in_form() -> bool {
    document().document_element().and_then(|root| root.get_attribute("data-shell")).as_deref() == Some("sign-in")
}

/// Removes the static HTML as soon as the calling view is in the document.
pub fn remove_when_mounted() {
    Effect::new(|_| {
        if let Some(shell) = document().get_element_by_id("shell") {
            shell.remove();
        }
    });
}
