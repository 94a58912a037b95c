//! The few things that are asked of the browser.

use js_sys::Reflect;
use upstream::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Comment, Element, HtmlElement, HtmlTemplateElement, Node, Text};

use crate::attribute::Worth;

const SVG: &str = "http://www.w3.org/2000/svg";

/// What of an element is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Attribute,
    Property,
    Class,
    Style,
}

pub(crate) fn element(tag: &str, svg: bool) -> Element {
    let made = if svg { document().create_element_ns(Some(SVG), tag) } else { document().create_element(tag) };
    made.unwrap_or_else(|error| error.unchecked_into())
}

pub(crate) fn text(text: &str) -> Text {
    document().create_text_node(text)
}

pub(crate) fn placeholder() -> Comment {
    document().create_comment("")
}

/// An element that never changes, from its source.
pub(crate) fn parsed(html: &str, svg: bool) -> Element {
    let template: HtmlTemplateElement = element("template", false).unchecked_into();
    if svg {
        template.set_inner_html(&["<svg>", html, "</svg>"].concat());
    } else {
        template.set_inner_html(html);
    }
    let first = template.content().first_element_child();
    let first = if svg { first.and_then(|svg| svg.first_element_child()) } else { first };
    first.unwrap_or_else(|| element("span", false))
}

pub(crate) fn insert(parent: &Element, child: &Node, before: Option<&Node>) {
    let _ = parent.insert_before(child, before);
}

pub(crate) fn remove(node: &Node) {
    if let Some(parent) = node.parent_node() {
        let _ = parent.remove_child(node);
    }
}

/// Makes one thing of an element what it is worth. A property may be another than was set last: people type.
pub(crate) fn set(element: &Element, kind: Kind, name: &str, worth: &Worth) {
    let text = match worth {
        Worth::Absent => None,
        Worth::Present => Some(""),
        Worth::Text(text) => Some(&**text),
    };
    let _ = match kind {
        Kind::Attribute => match text {
            Some(text) => element.set_attribute(name, text),
            None => element.remove_attribute(name),
        },
        Kind::Property => {
            let value = match worth {
                Worth::Text(text) => JsValue::from_str(text),
                switch => JsValue::from_bool(*switch == Worth::Present),
            };
            let name = JsValue::from_str(name);
            // What was typed is there already, and the caret in it.
            if Reflect::get(element, &name).is_ok_and(|now| now == value) {
                Ok(())
            } else {
                Reflect::set(element, &name, &value).map(|_| ())
            }
        }
        Kind::Class => match text {
            Some(_) => element.class_list().add_1(name),
            None => element.class_list().remove_1(name),
        },
        Kind::Style => {
            let style = element.unchecked_ref::<HtmlElement>().style();
            style.set_property(name, text.unwrap_or_default())
        }
    };
}
