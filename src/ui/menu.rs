//! Menus that open from a button. The native popover gives the top layer, light dismiss and Escape; this module adds
//! the position and the arrow keys.

use leptos::ev::{Event, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::button::button_label;
use super::{ButtonKind, Glyph, Padlock, PadlockState, Toasts, Tone, icon, to_integer, unique_id};

/// The distance between the button and its menu, in pixels.
const GAP: f64 = 4.0;

/// The least distance between the menu and the edge of the window, in pixels.
const MARGIN: f64 = 8.0;

/// An item of a [`Menu`].
#[derive(Clone)]
pub struct MenuItem {
    label: String,
    action: Action,
    glyph: Option<Glyph>,
    padlock: PadlockState,
    /// Why it cannot be pressed; empty if it can.
    blocked_reason: String,
    danger: bool,
    current: bool,
    separated: bool,
}

#[derive(Clone)]
enum Action {
    Link(String),
    Press(Callback<()>),
    /// One of several choices, of which the current one has a check mark.
    Choose(Callback<()>),
    /// The name of the items after it.
    Heading,
}

impl MenuItem {
    /// Creates an item that calls `on_press`.
    pub fn press<M>(label: impl Into<String>, on_press: impl IntoReactiveValue<Callback<()>, M>) -> Self {
        Self::new(label.into(), Action::Press(on_press.into_reactive_value()))
    }

    /// Creates an item that links to an address.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self::new(label.into(), Action::Link(href.into()))
    }

    /// Creates an item that is one of several choices. The current one is marked with [`current`](Self::current).
    pub fn choice<M>(label: impl Into<String>, on_press: impl IntoReactiveValue<Callback<()>, M>) -> Self {
        Self::new(label.into(), Action::Choose(on_press.into_reactive_value()))
    }

    /// Creates a heading above the items after it.
    pub fn heading(label: impl Into<String>) -> Self {
        Self::new(label.into(), Action::Heading)
    }

    fn new(label: String, action: Action) -> Self {
        let (glyph, padlock, blocked_reason) = (None, PadlockState::None, String::new());
        Self { label, action, glyph, padlock, blocked_reason, danger: false, current: false, separated: false }
    }

    /// Shows an icon before the label.
    #[must_use]
    pub fn glyph(self, glyph: Glyph) -> Self {
        Self { glyph: Some(glyph), ..self }
    }

    /// Shows a padlock after the label.
    #[must_use]
    pub fn padlock(self, padlock: PadlockState) -> Self {
        Self { padlock, ..self }
    }

    /// Blocks the item because the visitor lacks a permission, and sets the padlock to [`PadlockState::NotForYou`]. An
    /// empty reason changes nothing.
    #[must_use]
    pub fn forbidden(self, reason: impl Into<String>) -> Self {
        let blocked_reason = reason.into();
        let padlock = if blocked_reason.is_empty() { self.padlock } else { PadlockState::NotForYou };
        Self { blocked_reason, padlock, ..self }
    }

    /// Blocks the item because nobody can perform the action at the moment. An empty reason changes nothing.
    #[must_use]
    pub fn unavailable(self, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        if reason.is_empty() { self } else { Self { blocked_reason: reason, ..self } }
    }

    /// Sets the item apart from those before it.
    #[must_use]
    pub fn separated(self) -> Self {
        Self { separated: true, ..self }
    }

    /// Marks the item as destructive.
    #[must_use]
    pub fn danger(self) -> Self {
        Self { danger: true, ..self }
    }

    /// Marks the item as the current page or choice, if `current` is true.
    #[must_use]
    pub fn current(self, current: bool) -> Self {
        Self { current, ..self }
    }
}

/// A button that opens a menu.
#[component]
pub fn Menu(
    /// The name of the button and the menu. It is visible unless `glyph` or `button_content` is set.
    #[prop(into)]
    label: Signal<String>,
    /// Visually hidden words that complete the name of the button, such as the object of the action.
    #[prop(optional, into)]
    context: Signal<String>,
    /// The items.
    #[prop(into)]
    items: Signal<Vec<MenuItem>>,
    /// An icon that the button shows instead of its label.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// Content that the button shows instead of its label, such as an avatar.
    #[prop(optional)]
    button_content: Option<AnyView>,
    /// The prominence of the button.
    #[prop(optional)]
    kind: ButtonKind,
    /// Content above the items, such as the name of the account.
    #[prop(optional, into)]
    header: ViewFn,
) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    let popover = NodeRef::<html::Div>::new();
    let is_open = RwSignal::new(false);
    // What is in a menu is built when it is first opened: most menus of a page never are.
    let is_built = RwSignal::new(false);
    let id = unique_id("menu");
    let toasts = use_context::<Toasts>();

    let on_toggle = move |_| {
        let Some(popover) = popover.get_untracked() else { return };
        let now_open = popover.matches(":popover-open").unwrap_or_default();
        is_open.set(now_open);
        if now_open {
            if let Some(button) = button.get_untracked() {
                position_popover(&button, &popover);
            }
            move_focus(&popover, FocusMove::First);
        }
    };
    let close = move || {
        if let Some(popover) = popover.get_untracked() {
            let _ = popover.hide_popover();
        }
    };
    let on_menu_keydown = move |event: KeyboardEvent| {
        let Some(popover) = popover.get_untracked() else { return };
        let focus_move = match event.key().as_str() {
            "ArrowDown" => FocusMove::Next,
            "ArrowUp" => FocusMove::Previous,
            "Home" => FocusMove::First,
            "End" => FocusMove::Last,
            "Tab" => return close(),
            _ => return,
        };
        event.prevent_default();
        move_focus(&popover, focus_move);
    };
    let on_button_keydown = move |event: KeyboardEvent| {
        if event.key() == "ArrowDown" {
            event.prevent_default();
            if let Some(popover) = popover.get_untracked() {
                let _ = popover.show_popover();
            }
        }
    };
    let is_label_hidden = glyph.is_some() || button_content.is_some();
    let button_view = match (glyph, button_content) {
        (_, Some(content)) => content,
        (Some(glyph), None) => icon(glyph).into_any(),
        (None, None) => view! {
            {button_label(label, context)}
            {icon(Glyph::ChevronDown)}
        }
        .into_any(),
    };
    view! {
        <button
            class="button menu-button"
            class:button-icon=is_label_hidden
            type="button"
            data-kind=kind.name()
            popovertarget=id.clone()
            aria-haspopup="menu"
            aria-expanded=move || if is_open.get() { "true" } else { "false" }
            aria-label=move || is_label_hidden.then(|| label.get())
            data-tip=move || glyph.map(|_| label.get())
            on:keydown=on_button_keydown
            node_ref=button
        >
            {button_view}
        </button>
        <div
            class="menu"
            id=id
            popover="auto"
            on:beforetoggle=move |_: Event| is_built.set(true)
            on:toggle=on_toggle
            on:keydown=on_menu_keydown
            node_ref=popover
        >
            {move || is_built.get().then(|| header.run())}
            <div role="menu" aria-label=label>
                {move || {
                    let items = if is_built.get() { items.get() } else { Vec::new() };
                    items.into_iter().map(|item| item_view(item, toasts, close)).collect_view()
                }}
            </div>
        </div>
    }
}

fn item_view(item: MenuItem, toasts: Option<Toasts>, close: impl Fn() + Copy + 'static) -> AnyView {
    let MenuItem { label, action, glyph, padlock, blocked_reason, danger, current, separated } = item;
    let content = view! {
        {glyph.map(icon)}
        <span class="menu-label">{label}</span>
        {(padlock != PadlockState::None).then(|| view! { <Padlock state=padlock/> })}
        {current.then(|| icon(Glyph::Check))}
    };
    match action {
        Action::Link(href) => view! {
            <a
                class="menu-item"
                role="menuitem"
                tabindex="-1"
                href=href
                aria-current=current.then_some("page")
                on:click=move |_| close()
            >
                {content}
            </a>
        }
        .into_any(),
        Action::Heading => view! { <p class="menu-heading" role="presentation">{content}</p> }.into_any(),
        Action::Choose(on_press) => view! {
            <button
                class="menu-item"
                type="button"
                role="menuitemradio"
                tabindex="-1"
                aria-checked=if current { "true" } else { "false" }
                on:click=move |_| {
                    close();
                    on_press.run(());
                }
            >
                {content}
            </button>
        }
        .into_any(),
        Action::Press(on_press) => {
            let is_blocked = !blocked_reason.is_empty();
            let description = if is_blocked { blocked_reason.clone() } else { padlock.description().to_owned() };
            let toast_text = blocked_reason.clone();
            let on_click = move |_| {
                close();
                match (is_blocked, toasts) {
                    (false, _) => on_press.run(()),
                    (true, Some(toasts)) => toasts.show(Tone::Plain, toast_text.clone()),
                    (true, None) => {}
                }
            };
            view! {
                <button
                    class="menu-item"
                    type="button"
                    role="menuitem"
                    tabindex="-1"
                    data-danger=danger.then_some("")
                    data-separated=separated.then_some("")
                    aria-disabled=is_blocked.then_some("true")
                    data-tip=is_blocked.then(|| blocked_reason.clone())
                    aria-description=(!description.is_empty()).then_some(description)
                    on:click=on_click
                >
                    {content}
                </button>
            }
            .into_any()
        }
    }
}

#[derive(Clone, Copy)]
enum FocusMove {
    First,
    Last,
    Next,
    Previous,
}

/// Moves the focus among the items, from the last to the first and back.
fn move_focus(popover: &HtmlElement, focus_move: FocusMove) {
    let Ok(items) = popover.query_selector_all("[role^=menuitem]") else { return };
    let count = items.length();
    let focused = document().active_element();
    let current = (0..count).find(|index| items.get(*index).map(JsCast::unchecked_into) == focused);
    let last = count.saturating_sub(1);
    let target = match (focus_move, current) {
        (FocusMove::First, _) | (FocusMove::Next, None) => 0,
        (FocusMove::Last, _) | (FocusMove::Previous, None) => last,
        (FocusMove::Next, Some(index)) => {
            if index == last {
                0
            } else {
                index + 1
            }
        }
        (FocusMove::Previous, Some(index)) => {
            if index == 0 {
                last
            } else {
                index - 1
            }
        }
    };
    if let Some(item) = items.get(target).and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}

/// Positions the menu below its button, or above it where there is no room, and inside the window. It is aligned with
/// the left edge of a button in the left half of the window and with the right edge of any other. The coordinates are
/// those of the page, so that the menu scrolls with its button.
pub(super) fn position_popover(button: &HtmlElement, popover: &HtmlElement) {
    let (anchor, menu) = (button.get_bounding_client_rect(), popover.get_bounding_client_rect());
    let window = window();
    let to_pixels =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or_default();
    let (width, height) = (to_pixels(window.inner_width()), to_pixels(window.inner_height()));
    let below = anchor.bottom() + GAP;
    let above = anchor.top() - GAP - menu.height();
    let y = if below + menu.height() > height - MARGIN && above > MARGIN { above } else { below };
    let in_left_half = anchor.left() + anchor.right() < width;
    let x = if in_left_half { anchor.left() } else { anchor.right() - menu.width() };
    let x = x.min(width - MARGIN - menu.width()).max(MARGIN);
    let or_zero = |value: Result<f64, _>| value.unwrap_or_default();
    let style = popover.style();
    let _ = style.set_property("--menu-x", &format!("{}px", to_integer(x + or_zero(window.scroll_x()))));
    let _ = style.set_property("--menu-y", &format!("{}px", to_integer(y + or_zero(window.scroll_y()))));
}
