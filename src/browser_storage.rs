//! What the browser keeps for the page. A browser may refuse it, for example in private windows.

use leptos::prelude::window;
use web_sys::Storage;

/// Returns the storage that all tabs share and that outlives them.
#[must_use]
pub fn local_storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Returns the storage of this tab, which survives a reload and goes with the tab.
#[cfg(feature = "preview")]
#[must_use]
pub fn session_storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}
