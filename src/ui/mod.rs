//! The kit: every control and shape the pages are made of. It knows nothing of the API.
//!
//! # Calling convention
//! - **Text** is `Signal<String>`, a **switch** is `Signal<bool>`, both `into`: a literal, a
//!   `String`, an `RwSignal`, a `Memo` or `Signal::derive(move || …)` all fit. An empty text means
//!   "not there": `error=""` draws no error.
//! - **Acts** are `Callback<T>`: `on_press=move |()| …`.
//! - **Variants** are small enums (`kind=ButtonKind::Primary`), with the quiet one as default.
//! - **State is the caller's.** A component shows what its props say and calls back; it keeps
//!   nothing but what only the browser can know (where the focus is, whether a menu is out).
//! - A component with optional props is a `#[component]`; one without is a plain function.
//! - **Ids** come from [`unique`], so that labels, hints and errors are tied to their fields.
//! - **No inline style.** Looks are classes in `style/`; variants and states are `data-*` and
//!   `aria-*` attributes. A number that only code knows goes through `style:--name=`, which
//!   Leptos sets by script and the content security policy allows.
//! - **Padlocks** alone are brass. A press that a person may not make stays visible:
//!   `refused="You need Transport Rights on Production. …"` makes the button say so.
//!
//! `provide_toasts()` once at the root; then `toasts().tell(Tone::Good, "…")` anywhere below.

use std::sync::atomic::{AtomicU32, Ordering};

mod avatar;
mod button;
mod checkbox;
mod code;
mod code_input;
mod copyable;
mod dialog;
mod empty;
mod field;
mod focus;
mod health;
mod icon;
mod live;
mod mark;
mod menu;
mod notice;
mod padlock;
mod page_state;
mod pill;
mod popover;
mod progress;
mod segmented;
pub mod shell;
mod skeleton;
mod stages;
mod table;
mod time;
mod toast;

pub use avatar::{avatar, initials};
pub use button::{Button, ButtonKind, IconButton, LinkButton};
pub use checkbox::Checkbox;
pub use code::{CODE_LENGTH, RECOVERY_CODE_LENGTH, clean_code, clean_recovery_code};
pub use code_input::{CodeInput, CodeMode};
pub use copyable::{CopyButton, Copyable};
pub use dialog::{Dialog, dialog_actions};
pub use empty::EmptyState;
pub use field::{InputKind, TextField};
pub use focus::{focus_is_lost, focus_on_arrival, focus_page, focus_page_if_lost};
pub use health::{Health, health};
pub use icon::{Glyph, icon, public_file};
pub use live::{attr, live};
pub use mark::Mark;
pub use menu::{Menu, MenuItem};
pub use notice::Notice;
pub use padlock::{Padlock, PadlockState};
pub use page_state::{PageState, broken, forbidden, not_found, offline};
pub use pill::AuthorisedPill;
pub use popover::put_popover;
pub use progress::Progress;
pub use segmented::{Segment, Segmented};
pub use skeleton::{skeleton_cards, skeleton_line, skeleton_lines, skeleton_rows};
pub use stages::{Stage, StageState, stages};
pub use table::{Column, Table};
pub use time::{Timestamp, clock_at, date, day, exact_time, time_left};
pub use toast::{ToastRegion, Toasts, Tone, provide_toasts, toasts};

/// A number as people read it. The program prints no fractions: the code for that is larger than a dialog.
#[expect(clippy::cast_possible_truncation, reason = "pixels, minutes, per cent")]
const fn whole(number: f64) -> i32 {
    number as i32
}

/// An id nobody else on this page has.
#[must_use]
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
