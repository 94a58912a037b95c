//! The padlock: the mark on every guarded operation, and the only brass thing there is.

use leptos::prelude::*;

use super::attr;

/// What a padlock says. `None` draws nothing: the operation is not guarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PadlockState {
    /// Not guarded.
    #[default]
    None,
    /// A code will be asked for.
    Closed,
    /// The authorised window is open.
    Open,
    /// A permission is missing; no code would help.
    NotForYou,
}

impl PadlockState {
    const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Closed => "closed",
            Self::Open => "open",
            Self::NotForYou => "not-for-you",
        }
    }

    /// What a screen reader hears as the description of a button that carries this padlock.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Closed => "Asks for two-factor authentication.",
            Self::Open => "Unlocked in this browser.",
            Self::NotForYou => "Not for you.",
        }
    }
}

/// The glyph. Purely a picture: whoever shows it also says it in words.
#[component]
pub fn Padlock(
    /// Closed, open or not for you.
    #[prop(into)]
    state: Signal<PadlockState>,
) -> impl IntoView {
    view! {
        <svg
            class="padlock"
            data-state=attr(move || state.get().name())
            viewBox="0 0 18 18"
            aria-hidden="true"
            focusable="false"
        >
            <path class="padlock-shackle" d="M5.75 10.5V6.25a3.25 3.25 0 0 1 6.5 0V8"></path>
            <rect class="padlock-body" x="3.5" y="8" width="11" height="7.75" rx="1.75"></rect>
            <path class="padlock-hole" d="M9 11v1.75"></path>
            <path class="padlock-bar" d="M6.75 11.875h4.5"></path>
        </svg>
    }
}
