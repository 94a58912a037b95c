//! The UI components ("the kit") that the pages are made of. They know nothing of the API.
//!
//! # Conventions
//! - **Text** props are `Signal<String>` and **flags** are `Signal<bool>`, both with `into`: a literal, a `String`, an
//!   `RwSignal`, a `Memo` or `Signal::derive(move || …)` can be passed. An empty text counts as absent: `error=""`
//!   renders no error.
//! - **Event handlers** are `Callback<T>` props: `on_press=move |()| …`.
//! - **Variants** are enums (`kind=ButtonKind::Primary`) whose default is the least prominent variant.
//! - **Components are controlled.** The caller owns the state; a component renders its props and calls back. It stores
//!   only what the browser alone knows, such as whether a menu is open.
//! - A component with optional props is a `#[component]`; one that takes only a few arguments may be a plain function.
//! - **Ids** come from [`unique_id`], so that labels, hints and errors can refer to their fields.
//! - **No inline styles.** The content security policy forbids them. Styles are classes in `style/`; variants and
//!   states are `data-*` and `aria-*` attributes. A computed number is set as a custom property with `style:--name=`,
//!   which Leptos does by script and the policy allows.
//! - **Only padlocks use the brass colour.** A button stays visible when the visitor lacks the permission for its
//!   operation: `forbidden_reason="You need Transport Rights on Production. …"` disables it and explains why.
//!
//! Call `provide_toasts()` once at the root; below it, `toasts().show(Tone::Good, "…")` shows a toast.

use std::sync::atomic::{AtomicU32, Ordering};

mod avatar;
mod button;
mod checkbox;
mod code;
mod code_input;
mod copyable;
mod dialog;
mod disclosure;
mod empty;
mod field;
mod focus;
mod health;
mod icon;
mod icon_button;
mod logo;
mod menu;
mod notice;
mod padlock;
mod page_state;
mod painted;
mod pill;
mod popover;
mod progress;
mod replaced_text;
mod segmented;
pub mod shell;
mod skeleton;
mod stages;
mod table;
mod time;
mod toast;
mod toast_region;
mod tooltip;
mod version;

pub use avatar::{avatar, initials};
pub use button::{Button, ButtonKind, LinkButton};
pub use checkbox::Checkbox;
pub use code::{CODE_LENGTH, clean_code, clean_recovery_code};
pub use code_input::{CodeInput, CodeMode};
pub use copyable::{CopyButton, Copyable};
pub use dialog::{Dialog, dialog_actions};
pub use disclosure::Disclosure;
pub use empty::EmptyState;
pub use field::{InputKind, TextField};
pub use focus::{focus_is_lost, focus_on_mount, focus_page, focus_page_if_lost};
pub use health::{Health, health};
pub use icon::{Glyph, icon, keep_sprite, public_file_url};
pub use icon_button::IconButton;
pub use logo::Logo;
pub use menu::{Menu, MenuItem};
pub use notice::Notice;
pub use padlock::{Padlock, PadlockState};
pub use page_state::{PageState, broken, forbidden, not_found, offline};
pub use painted::use_painted;
pub use pill::AuthorisedPill;
pub use popover::show_popover_in;
pub use progress::Progress;
pub use replaced_text::watch_replaced_text;
pub use segmented::{Segment, Segmented};
pub use skeleton::{skeleton_cards, skeleton_lines, skeleton_promotion_line, skeleton_rows};
pub use stages::{Stage, StageState, stages};
pub use table::{Column, Table};
pub use time::{Timestamp, clock_at, date, day, exact_time, time_left};
pub use toast::{ToastAction, Toasts, Tone, provide_toasts, toasts};
pub use toast_region::ToastRegion;
pub use tooltip::TooltipRegion;
pub use version::version;

/// Truncates a number for display. Formatting an `f64` would add more code to the wasm file than a whole dialog takes.
#[expect(clippy::cast_possible_truncation, reason = "pixels, minutes and percentages fit in an i32")]
const fn to_integer(number: f64) -> i32 {
    number as i32
}

/// Returns an element id that no other element on this page has.
#[must_use]
pub fn unique_id(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
