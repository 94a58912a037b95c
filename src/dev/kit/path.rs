//! The path of the kit page.

use leptos::prelude::*;

/// Returns the path of the kit page. Links to a group need it: a bare `#group` would be relative to `<base>`.
pub(super) fn kit_path() -> String {
    window().location().pathname().unwrap_or_default()
}
