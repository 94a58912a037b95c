//! Toasts: short messages in a corner of the page, which screen readers announce. [`ToastRegion`](super::ToastRegion) shows
//! them.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use web_sys::Element;

use super::{Glyph, show_popover_in};

/// How long a toast stays, unless its tone is [`Tone::Bad`].
const VISIBLE_FOR: Duration = Duration::from_secs(7);

/// How long a toast with a button stays.
const VISIBLE_WITH_ACTION_FOR: Duration = Duration::from_secs(20);

/// How much longer the toasts stay while the pointer or the focus is on them.
const EXTENSION: Duration = Duration::from_secs(2);

/// How good or bad the news in a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Neutral information.
    #[default]
    Plain,
    /// Success.
    Good,
    /// Something needs attention.
    Warning,
    /// Failure. A toast of this tone stays until the visitor closes it.
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

#[derive(Clone)]
pub(super) struct Toast {
    pub(super) id: u32,
    pub(super) tone: Tone,
    pub(super) text: String,
    pub(super) action: Option<ToastAction>,
}

/// A button in a toast, which undoes what the toast reports or leads on.
#[derive(Clone)]
pub struct ToastAction {
    /// The label.
    pub label: String,
    /// Called when it is pressed; the toast then goes.
    pub on_press: Callback<()>,
}

/// The toasts of the page, created by [`provide_toasts`].
#[derive(Clone, Copy)]
pub struct Toasts {
    pub(super) visible: RwSignal<Vec<Toast>>,
    next_id: StoredValue<u32>,
    pub(super) announcement: RwSignal<String>,
    pub(super) region: NodeRef<html::Div>,
}

impl Toasts {
    /// Shows a message and has screen readers announce it. A visible toast with the same text is replaced.
    pub fn show(self, tone: Tone, text: impl Into<String>) {
        self.show_toast(tone, text.into(), None);
    }

    /// Shows a message with a button.
    pub fn show_with_action(self, tone: Tone, text: impl Into<String>, action: ToastAction) {
        self.show_toast(tone, text.into(), Some(action));
    }

    fn show_toast(self, tone: Tone, text: String, action: Option<ToastAction>) {
        let id = self.next_id.get_value();
        self.next_id.set_value(id.wrapping_add(1));
        let visible_for = if action.is_some() { VISIBLE_WITH_ACTION_FOR } else { VISIBLE_FOR };
        self.visible.update(|toasts| {
            toasts.retain(|toast| toast.text != text);
            toasts.push(Toast { id, tone, text, action });
        });
        if tone != Tone::Bad {
            self.close_later(id, visible_for);
        }
    }

    /// Has screen readers announce a message that is not shown, for changes that are visible in the page.
    pub fn announce(self, text: impl Into<String>) {
        self.announcement.set(text.into());
    }

    /// Moves the toasts into the dialog that was just opened, since everything outside a modal dialog is inert. `None`
    /// after a dialog has closed: moves them into another open dialog or back into the body.
    pub(super) fn move_into(self, opened_dialog: Option<&Element>) {
        let Some(region) = self.region.try_get_untracked().flatten() else { return };
        let open_dialog = || document().query_selector("dialog:modal").ok().flatten();
        let parent = opened_dialog.cloned().or_else(open_dialog).or_else(|| document().body().map(Into::into));
        if let Some(parent) = parent {
            show_popover_in(&region, &parent);
        }
    }

    pub(super) fn close(self, id: u32) {
        let _ = self.visible.try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    fn close_later(self, id: u32, after: Duration) {
        set_timeout(
            move || {
                // The visitor may still be reading the toast.
                let in_use = document().query_selector(".toasts:hover, .toasts:focus-within");
                if in_use.is_ok_and(|element| element.is_some()) {
                    self.close_later(id, EXTENSION);
                } else {
                    self.close(id);
                }
            },
            after,
        );
    }
}

/// Makes [`toasts`] work below. To be called once, at the root.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        visible: RwSignal::default(),
        next_id: StoredValue::new(0),
        announcement: RwSignal::default(),
        region: NodeRef::new(),
    };
    provide_context(toasts);
    toasts
}

/// Returns the toasts of this page.
#[must_use]
pub fn toasts() -> Toasts {
    use_context().unwrap_or_else(provide_toasts)
}
