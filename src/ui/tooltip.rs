//! Tooltips: why a control is disabled, the name of an icon, the whole of a name that is cut. They appear when the pointer
//! is on an element or the keyboard focus in it, stay while the pointer is on them, and go with Escape (WCAG 1.4.13).
//!
//! An element has a tooltip if it has `data-tip`, or `data-whole` and no room for its text. There is one region for all.

use std::time::Duration;

use leptos::ev::{self, Event, KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::menu::position_popover;
use super::show_popover_in;

/// How long the pointer has to rest on an element.
const SHOW_AFTER: Duration = Duration::from_millis(350);
/// How long the pointer may take from the element to its tooltip.
const HIDE_AFTER: Duration = Duration::from_millis(150);
const ANCHORS: &str = "[data-tip], [data-whole]";

#[derive(Clone, Copy)]
struct Tooltip {
    text: RwSignal<String>,
    anchor: StoredValue<Option<HtmlElement>, LocalStorage>,
    /// The element that was pressed last. It has no tooltip until the pointer has been elsewhere: what it opened is there.
    pressed: StoredValue<Option<HtmlElement>, LocalStorage>,
    region: NodeRef<html::Div>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

/// Shows the tooltips of the page. To be rendered once, at the root.
#[component]
pub fn TooltipRegion() -> impl IntoView {
    let tooltip = Tooltip {
        text: RwSignal::default(),
        anchor: StoredValue::new_local(None),
        pressed: StoredValue::new_local(None),
        region: NodeRef::new(),
        timer: StoredValue::new(None),
    };
    let listeners = [
        window_event_listener(ev::pointerover, move |event: PointerEvent| tooltip.pointer_over(&event)),
        window_event_listener(ev::focusin, move |event| tooltip.focus_in(&event)),
        window_event_listener(ev::focusout, move |_| tooltip.hide()),
        window_event_listener(ev::keydown, move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                tooltip.hide();
            }
        }),
        window_event_listener(ev::pointerdown, move |event| tooltip.press(&event)),
        // By keyboard too.
        window_event_listener(ev::click, move |event| tooltip.press(&event)),
    ];
    on_cleanup(move || {
        listeners.into_iter().for_each(|listener| listener.remove());
        tooltip.cancel_timer();
    });
    view! {
        <div class="tooltip" popover="manual" role="tooltip" node_ref=tooltip.region>
            {move || tooltip.text.get()}
        </div>
    }
}

impl Tooltip {
    fn pointer_over(self, event: &PointerEvent) {
        if event.pointer_type() == "touch" {
            return;
        }
        let Some(target) = target_of(event) else { return };
        if self.region.get_untracked().is_some_and(|region| region.contains(Some(&target))) {
            return self.cancel_timer();
        }
        let anchor = anchor_of(&target);
        if anchor.is_some() && anchor == self.pressed.get_value() {
            return;
        }
        self.pressed.set_value(None);
        if anchor.is_some() && anchor == self.anchor.get_value() {
            return self.cancel_timer();
        }
        match anchor {
            Some(anchor) => self.schedule(SHOW_AFTER, move || self.show(anchor.clone())),
            None => self.schedule(HIDE_AFTER, move || self.hide()),
        }
    }

    fn press(self, event: &Event) {
        self.hide();
        self.pressed.set_value(target_of(event).and_then(|target| anchor_of(&target)));
    }

    fn focus_in(self, event: &Event) {
        let Some(target) = target_of(event).filter(|target| target.matches(":focus-visible").unwrap_or_default())
        else {
            return;
        };
        // The focused control may also be around the name.
        let inside = || {
            let control = target.matches("a, button").unwrap_or_default().then_some(&target)?;
            anchor_of(&control.query_selector(ANCHORS).ok().flatten()?)
        };
        if let Some(anchor) = anchor_of(&target).or_else(inside) {
            self.cancel_timer();
            self.show(anchor);
        }
    }

    fn show(self, anchor: HtmlElement) {
        let Some(region) = self.region.get_untracked().filter(|_| anchor.is_connected()) else { return };
        let text = anchor.get_attribute("data-tip").or_else(|| anchor.get_attribute("data-whole"));
        self.text.set(text.unwrap_or_default());
        self.anchor.set_value(Some(anchor.clone()));
        // The text is rendered, and with it the size of the tooltip is known, after the present task.
        request_animation_frame(move || {
            if self.anchor.try_get_value().flatten().as_ref() != Some(&anchor) {
                return;
            }
            let dialog = anchor.closest("dialog").ok().flatten();
            if let Some(parent) = dialog.or_else(|| document().body().map(Into::into)) {
                show_popover_in(&region, &parent);
                position_popover(&anchor, &region);
            }
        });
    }

    fn hide(self) {
        self.cancel_timer();
        self.anchor.try_set_value(None);
        if let Some(region) = self.region.try_get_untracked().flatten() {
            let _ = region.hide_popover();
        }
    }

    fn schedule(self, after: Duration, action: impl Fn() + 'static) {
        self.cancel_timer();
        if let Ok(timer) = set_timeout_with_handle(action, after) {
            self.timer.set_value(Some(timer));
        }
    }

    fn cancel_timer(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}

fn target_of(event: &Event) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into().ok())
}

/// Returns the element around `target` that has something to say in a tooltip.
fn anchor_of(target: &Element) -> Option<HtmlElement> {
    let anchor = target.closest(ANCHORS).ok().flatten()?.dyn_into::<HtmlElement>().ok()?;
    let has_tip = anchor.get_attribute("data-tip").is_some_and(|tip| !tip.is_empty());
    (has_tip || is_cut(&anchor)).then_some(anchor)
}

/// Whether a name is not visible as a whole.
fn is_cut(name: &HtmlElement) -> bool {
    let part = name.query_selector(".version-start, .rail-label").ok().flatten();
    let part = part.unwrap_or_else(|| name.clone().into());
    part.scroll_width() > part.client_width()
}
