//! The names that the macros call: a function for each tag, a method for each attribute without a hyphen.

use super::Element;
use crate::attribute::IntoAttributeValue;

macro_rules! tags {
    ($svg:literal: $($tag:ident)*) => {$(
        #[doc = concat!("`<", stringify!($tag), ">`.")]
        #[must_use]
        pub fn $tag() -> Element {
            Element::new(stringify!($tag), $svg)
        }
    )*};
}

/// Elements of HTML.
pub mod html {
    use super::Element;

    tags! { false:
        a article aside b button caption code dd details dialog div dl dt em fieldset footer form h1 h2 h3 h4 header hr
        i iframe img input kbd label legend li main nav ol optgroup option output p pre progress s section
        select small span strong summary table tbody td textarea tfoot th thead time tr ul
    }
}

/// Elements of SVG.
pub mod svg {
    use super::Element;

    tags! { true: circle defs g line path polyline rect svg symbol }

    /// `<use>`.
    #[must_use]
    pub fn r#use() -> Element {
        Element::new("use", true)
    }
}

macro_rules! attributes {
    ($($method:ident = $name:literal,)*) => {
        /// Attributes.
        impl Element {$(
            #[doc = concat!("With `", $name, "`.")]
            #[must_use]
            pub fn $method(self, value: impl IntoAttributeValue) -> Self {
                self.attr($name, value)
            }
        )*}
    };
}

attributes! {
    accept = "accept",
    aria_busy = "aria-busy",
    aria_checked = "aria-checked",
    aria_controls = "aria-controls",
    aria_current = "aria-current",
    aria_describedby = "aria-describedby",
    aria_description = "aria-description",
    aria_disabled = "aria-disabled",
    aria_expanded = "aria-expanded",
    aria_haspopup = "aria-haspopup",
    aria_hidden = "aria-hidden",
    aria_invalid = "aria-invalid",
    aria_label = "aria-label",
    aria_labelledby = "aria-labelledby",
    aria_live = "aria-live",
    aria_pressed = "aria-pressed",
    aria_selected = "aria-selected",
    aria_valuemax = "aria-valuemax",
    aria_valuemin = "aria-valuemin",
    aria_valuenow = "aria-valuenow",
    aria_valuetext = "aria-valuetext",
    autocapitalize = "autocapitalize",
    autocomplete = "autocomplete",
    autofocus = "autofocus",
    checked = "checked",
    colspan = "colspan",
    datetime = "datetime",
    disabled = "disabled",
    download = "download",
    r#for = "for",
    hidden = "hidden",
    href = "href",
    id = "id",
    inputmode = "inputmode",
    max = "max",
    maxlength = "maxlength",
    min = "min",
    multiple = "multiple",
    name = "name",
    novalidate = "novalidate",
    open = "open",
    pattern = "pattern",
    placeholder = "placeholder",
    popover = "popover",
    popovertarget = "popovertarget",
    readonly = "readonly",
    rel = "rel",
    required = "required",
    role = "role",
    sandbox = "sandbox",
    scope = "scope",
    spellcheck = "spellcheck",
    src = "src",
    srcdoc = "srcdoc",
    tabindex = "tabindex",
    target = "target",
    title = "title",
    r#type = "type",
    value = "value",
}
