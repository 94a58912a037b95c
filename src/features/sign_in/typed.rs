//! What was typed into the static form of `index.html` before the program arrived: nobody types
//! twice, and the focus stays where it was.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// What stood in the static form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The login.
    pub login: String,
    /// The password.
    pub password: String,
    /// Whether the password field had the focus.
    pub at_password: bool,
}

impl Typed {
    /// Reads it; call before the static shell is taken away.
    #[must_use]
    pub fn from_page() -> Self {
        let field =
            |id: &str| document().get_element_by_id(id).and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
        let text = |id| field(id).map(|field| field.value()).unwrap_or_default();
        let focused = document().active_element().map(|element| element.id());
        Self {
            login: text("shell-login"),
            password: text("shell-password"),
            at_password: focused.as_deref() == Some("shell-password"),
        }
    }
}
