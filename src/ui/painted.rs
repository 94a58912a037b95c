//! Work that can wait until the browser has shown what is there.

use std::time::Duration;

use leptos::prelude::*;

/// Returns a signal that becomes true once the browser has painted what is in the document now.
#[must_use]
pub fn use_painted() -> ReadSignal<bool> {
    let (painted, set_painted) = signal(false);
    // The animation frame comes before the paint, the task after it.
    request_animation_frame(move || {
        set_timeout(
            move || {
                set_painted.try_set(true);
            },
            Duration::ZERO,
        );
    });
    painted
}
