//! The padlock icon, which marks the operations that need two-factor authentication.

use leptos::prelude::*;

/// The state of the padlock on an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PadlockState {
    /// The operation needs no second factor; no padlock is shown.
    #[default]
    None,
    /// A code will be requested.
    Closed,
    /// The authorised window is open.
    Open,
    /// The visitor lacks a permission, so that a code would not help.
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

    /// Returns the text that describes a button with this padlock to screen readers; empty without a padlock.
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

/// The padlock icon. It is hidden from screen readers, so the caller has to add [`PadlockState::description`].
#[component]
pub fn Padlock(
    /// The state to show.
    #[prop(into)]
    state: Signal<PadlockState>,
) -> impl IntoView {
    view! {
        <svg
            class="padlock"
            data-state=move || state.get().name()
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
