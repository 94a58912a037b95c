//! Toasts: what just happened, said once, in a corner and to screen readers.

use std::time::Duration;

use leptos::{html, prelude::*};
use web_sys::Element;

use super::{Glyph, IconButton, icon, live, put_popover};

const SHOWN: Duration = Duration::from_secs(7);
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What kind of news it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Merely so.
    #[default]
    Plain,
    /// It worked.
    Good,
    /// Look at it some time.
    Warning,
    /// It did not work. Such a toast stays until it is closed.
    Bad,
}

impl Tone {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }

    pub(super) const fn glyph(self) -> Glyph {
        match self {
            Self::Plain => Glyph::Info,
            Self::Good => Glyph::Check,
            Self::Warning => Glyph::Alert,
            Self::Bad => Glyph::Error,
        }
    }
}

#[derive(Clone, PartialEq)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
}

/// The way to say something. Made by [`provide_toasts`].
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
    said: RwSignal<String>,
    region: NodeRef<html::Div>,
}

impl Toasts {
    /// Shows a sentence in the corner, and says it.
    pub fn tell(self, tone: Tone, text: impl Into<String>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        let text = text.into();
        self.shown.update(|shown| {
            shown.retain(|toast| toast.text != text);
            shown.push(Toast { id, tone, text });
        });
        if tone != Tone::Bad {
            self.close_later(id, SHOWN);
        }
    }

    /// Says a sentence to screen readers only (progress, results that are plain to see).
    pub fn announce(self, text: impl Into<String>) {
        self.said.set(text.into());
    }

    /// Keeps them in reach: they move into the dialog on top, and back when that closes.
    pub(super) fn follow(self, opened: Option<&Element>) {
        let Some(region) = self.region.try_get_untracked().flatten() else { return };
        let below = || document().query_selector("dialog:modal").ok().flatten();
        let home = opened.cloned().or_else(below).or_else(|| document().body().map(Into::into));
        if let Some(home) = home {
            put_popover(&region, &home);
        }
    }

    fn close(self, id: u32) {
        let _ = self.shown.try_update(|shown| shown.retain(|toast| toast.id != id));
    }

    fn close_later(self, id: u32, after: Duration) {
        set_timeout(
            move || {
                // Nobody has a sentence taken away while reading it.
                let read = document().query_selector(".toasts:hover, .toasts:focus-within");
                if read.is_ok_and(|found| found.is_some()) {
                    self.close_later(id, LOOK_AGAIN);
                } else {
                    self.close(id);
                }
            },
            after,
        );
    }
}

/// Makes [`toasts`] work below; call once at the root.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        shown: RwSignal::default(),
        next: StoredValue::new(0),
        said: RwSignal::default(),
        region: NodeRef::new(),
    };
    provide_context(toasts);
    toasts
}

/// The toasts of this page.
#[must_use]
pub fn toasts() -> Toasts {
    use_context().unwrap_or_else(provide_toasts)
}

/// Where toasts appear. Stands once at the root, from the start, so that screen readers know it.
#[component]
pub fn ToastRegion(
    /// From [`provide_toasts`].
    toasts: Toasts,
) -> impl IntoView {
    let one = move |toast: Toast| {
        let Toast { id, tone, text } = toast;
        view! {
            <li class="toast" data-tone=tone.name()>
                {icon(tone.glyph())}
                <p>{text}</p>
                <IconButton label="Close" glyph=Glyph::Close on_press=move |()| toasts.close(id)/>
            </li>
        }
    };
    Effect::new(move |_| {
        if let Some(region) = toasts.region.get() {
            let _ = region.show_popover();
        }
    });
    view! {
        <div class="toasts" popover="manual" node_ref=toasts.region>
            <div role="status" aria-live="polite">
                <ul>
                    <For each=move || toasts.shown.get() key=|toast| toast.id children=one/>
                </ul>
            </div>
            <p class="visually-hidden" aria-live="polite">{live(move || toasts.said.get())}</p>
        </div>
    }
}
