//! A menu behind a button: the browser's popover (top layer, light dismiss, Escape), placed and
//! made walkable by keyboard here.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{ButtonKind, Glyph, Padlock, PadlockState, Toasts, Tone, attr, icon, live, unique, whole};

/// The gap between the button and its menu, and between the menu and the window's edge.
const GAP: f64 = 4.0;
const MARGIN: f64 = 8.0;

/// One line of a menu.
#[derive(Clone)]
pub struct MenuItem {
    label: String,
    act: Act,
    glyph: Option<Glyph>,
    padlock: PadlockState,
    refused: String,
    danger: bool,
    current: bool,
}

#[derive(Clone)]
enum Act {
    Go(String),
    Press(Callback<()>),
}

impl MenuItem {
    /// A line that does something.
    pub fn press<M>(label: impl Into<String>, act: impl IntoReactiveValue<Callback<()>, M>) -> Self {
        Self::new(label.into(), Act::Press(act.into_reactive_value()))
    }

    /// A line that goes somewhere.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self::new(label.into(), Act::Go(href.into()))
    }

    fn new(label: String, act: Act) -> Self {
        let (glyph, padlock, refused) = (None, PadlockState::None, String::new());
        Self { label, act, glyph, padlock, refused, danger: false, current: false }
    }

    /// With an icon.
    #[must_use]
    pub fn glyph(self, glyph: Glyph) -> Self {
        Self { glyph: Some(glyph), ..self }
    }

    /// With a padlock.
    #[must_use]
    pub fn padlock(self, padlock: PadlockState) -> Self {
        Self { padlock, ..self }
    }

    /// Visible, but not for this person; an empty reason changes nothing.
    #[must_use]
    pub fn refused(self, reason: impl Into<String>) -> Self {
        let refused = reason.into();
        let padlock = if refused.is_empty() { self.padlock } else { PadlockState::NotForYou };
        Self { refused, padlock, ..self }
    }

    /// Visible, but not just now, whoever asks: a state, so no padlock. An empty reason changes nothing.
    #[must_use]
    pub fn not_now(self, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        if reason.is_empty() { self } else { Self { refused: reason, ..self } }
    }

    /// Destroys something.
    #[must_use]
    pub fn danger(self) -> Self {
        Self { danger: true, ..self }
    }

    /// Is where the reader is already.
    #[must_use]
    pub fn current(self, current: bool) -> Self {
        Self { current, ..self }
    }
}

/// A button with a menu behind it.
#[component]
pub fn Menu(
    /// The button's name; visible unless `glyph` or `face` stands for it.
    #[prop(into)]
    label: Signal<String>,
    /// Its lines.
    #[prop(into)]
    items: Signal<Vec<MenuItem>>,
    /// The button shows this icon alone.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// The button shows this instead of its label (an avatar).
    #[prop(optional)]
    face: Option<AnyView>,
    /// How the button looks.
    #[prop(optional)]
    kind: ButtonKind,
    /// What stands above the lines (who is signed in).
    #[prop(optional, into)]
    head: ViewFn,
) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let shown = RwSignal::new(false);
    let id = unique("menu");
    let toasts = use_context::<Toasts>();

    let toggled = move |_| {
        let Some(list) = list.get_untracked() else { return };
        let open = list.matches(":popover-open").unwrap_or_default();
        shown.set(open);
        if open {
            if let Some(button) = button.get_untracked() {
                place(&button, &list);
            }
            walk(&list, Step::First);
        }
    };
    let close = move || {
        if let Some(list) = list.get_untracked() {
            let _ = list.hide_popover();
        }
    };
    let key = move |event: KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        let step = match event.key().as_str() {
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Back,
            "Home" => Step::First,
            "End" => Step::Last,
            "Tab" => return close(),
            _ => return,
        };
        event.prevent_default();
        walk(&list, step);
    };
    let open_by_arrow = move |event: KeyboardEvent| {
        if event.key() == "ArrowDown" {
            event.prevent_default();
            if let Some(list) = list.get_untracked() {
                let _ = list.show_popover();
            }
        }
    };
    let named = glyph.is_some() || face.is_some();
    let shape = match (glyph, face) {
        (_, Some(face)) => face,
        (Some(glyph), None) => icon(glyph).into_any(),
        (None, None) => view! {
            <span class="button-label">{label}</span>
            {icon(Glyph::ChevronDown)}
        }
        .into_any(),
    };
    view! {
        <button
            class="button menu-button"
            class:button-icon=named
            type="button"
            data-kind=kind.name()
            popovertarget=id.clone()
            aria-haspopup="menu"
            aria-expanded=attr(move || if shown.get() { "true" } else { "false" })
            aria-label=attr(move || named.then(|| label.get()))
            title=attr(move || glyph.map(|_| label.get()))
            on:keydown=open_by_arrow
            node_ref=button
        >
            {shape}
        </button>
        <div class="menu" id=id popover="auto" on:toggle=toggled on:keydown=key node_ref=list>
            {live(move || head.run())}
            <div role="menu" aria-label=label>
                {live(move || {
                    items.get().into_iter().map(|item| line(item, toasts, close)).collect_view()
                })}
            </div>
        </div>
    }
}

fn line(item: MenuItem, toasts: Option<Toasts>, close: impl Fn() + Copy + 'static) -> AnyView {
    let MenuItem { label, act, glyph, padlock, refused, danger, current } = item;
    let inside = view! {
        {glyph.map(icon)}
        <span class="menu-label">{label}</span>
        {(padlock != PadlockState::None).then(|| view! { <Padlock state=padlock/> })}
        {current.then(|| icon(Glyph::Check))}
    };
    let tone = danger.then_some("");
    match act {
        Act::Go(href) => view! {
            <a
                class="menu-item"
                role="menuitem"
                tabindex="-1"
                href=href
                aria-current=current.then_some("page")
                on:click=move |_| close()
            >
                {inside}
            </a>
        }
        .into_any(),
        Act::Press(act) => {
            let barred = !refused.is_empty();
            let about = if barred { refused.clone() } else { padlock.description().to_owned() };
            let press = move |_| {
                close();
                match (barred, toasts) {
                    (false, _) => act.run(()),
                    (true, Some(toasts)) => toasts.tell(Tone::Plain, refused.clone()),
                    (true, None) => {}
                }
            };
            view! {
                <button
                    class="menu-item"
                    type="button"
                    role="menuitem"
                    tabindex="-1"
                    data-danger=tone
                    aria-disabled=barred.then_some("true")
                    aria-description=(!about.is_empty()).then_some(about)
                    on:click=press
                >
                    {inside}
                </button>
            }
            .into_any()
        }
    }
}

#[derive(Clone, Copy)]
enum Step {
    First,
    Last,
    Next,
    Back,
}

/// Moves the focus among the lines, round the ends.
fn walk(list: &HtmlElement, step: Step) {
    let Ok(lines) = list.query_selector_all("[role=menuitem]") else { return };
    let count = lines.length();
    let focused = document().active_element();
    let at = (0..count).find(|at| lines.get(*at).map(JsCast::unchecked_into) == focused);
    let last = count.saturating_sub(1);
    let target = match (step, at) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Back, None) => last,
        (Step::Next, Some(at)) => {
            if at == last {
                0
            } else {
                at + 1
            }
        }
        (Step::Back, Some(at)) => {
            if at == 0 {
                last
            } else {
                at - 1
            }
        }
    };
    if let Some(line) = lines.get(target).and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
        let _ = line.focus();
    }
}

/// Puts the menu under its button, inside the window: its start at the button's start in the first half of the
/// window, its end at the button's end in the other. It is placed in the page, not in the window, so that it scrolls
/// along.
fn place(button: &HtmlElement, list: &HtmlElement) {
    let (anchor, menu) = (button.get_bounding_client_rect(), list.get_bounding_client_rect());
    let window = window();
    let measure =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or_default();
    let (width, height) = (measure(window.inner_width()), measure(window.inner_height()));
    let below = anchor.bottom() + GAP;
    let above = anchor.top() - GAP - menu.height();
    let y = if below + menu.height() > height - MARGIN && above > MARGIN { above } else { below };
    let first_half = anchor.left() + anchor.right() < width;
    let x = if first_half { anchor.left() } else { anchor.right() - menu.width() };
    let x = x.min(width - MARGIN - menu.width()).max(MARGIN);
    let scrolled = |value: Result<f64, _>| value.unwrap_or_default();
    let style = list.style();
    let _ = style.set_property("--menu-x", &format!("{}px", whole(x + scrolled(window.scroll_x()))));
    let _ = style.set_property("--menu-y", &format!("{}px", whole(y + scrolled(window.scroll_y()))));
}
