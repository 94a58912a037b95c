//! A button that opens a box with content of any kind, such as a list of notifications.

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;

use super::menu::position_popover;
use super::{Glyph, icon, unique_id};

/// A button that shows an icon and opens a box below it. The browser closes the box on Escape and on a press elsewhere.
#[component]
pub fn Disclosure(
    /// The name of the button.
    #[prop(into)]
    label: Signal<String>,
    /// The icon on the button.
    glyph: Glyph,
    /// The content of the box, rendered when it is first opened.
    #[prop(into)]
    content: ViewFn,
    /// What is on the button after the icon, such as a count.
    children: Children,
) -> impl IntoView {
    let (button, popover) = (NodeRef::<html::Button>::new(), NodeRef::<html::Div>::new());
    let (is_open, is_built) = (RwSignal::new(false), RwSignal::new(false));
    let id = unique_id("box");
    let on_toggle = move |_| {
        let (Some(button), Some(popover)) = (button.get_untracked(), popover.get_untracked()) else { return };
        let now_open = popover.matches(":popover-open").unwrap_or_default();
        is_open.set(now_open);
        if now_open {
            position_popover(&button, &popover);
            let _ = popover.focus();
        }
    };
    view! {
        <button
            class="button button-icon"
            type="button"
            data-kind="bare"
            popovertarget=id.clone()
            aria-expanded=move || if is_open.get() { "true" } else { "false" }
            aria-label=move || label.get()
            data-tip=move || label.get()
            node_ref=button
        >
            {icon(glyph)}
            {children()}
        </button>
        <div
            class="menu box"
            id=id
            popover="auto"
            tabindex="-1"
            on:beforetoggle=move |_: Event| is_built.set(true)
            on:toggle=on_toggle
            node_ref=popover
        >
            {move || is_built.get().then(|| content.run())}
        </div>
    }
}
