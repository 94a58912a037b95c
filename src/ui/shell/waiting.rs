//! The frame before anything is known: the same geometry as [`Shell`](super::Shell), empty.
//! It is the twin of `#shell-app` in `index.html`, which stands before the program arrives.

use leptos::prelude::*;

use crate::ui::{Mark, skeleton_line, skeleton_rows};

/// The empty frame, with the shape of a page in it.
pub fn waiting_shell() -> impl IntoView {
    view! {
        <div class="shell" aria-busy="true">
            <header class="top-bar">
                <span class="top-bar-home">
                    <Mark/>
                    <span class="wordmark">"Padlock"</span>
                </span>
            </header>
            <div class="rail"></div>
            <main class="shell-main">
                <h1 class="visually-hidden">"Loading"</h1>
                <div class="page" aria-hidden="true">
                    <div class="section">
                        <div class="section-head"><span class="bone"></span></div>
                        {skeleton_line(3)}
                    </div>
                    <div class="section">
                        <div class="section-head"><span class="bone"></span></div>
                        {skeleton_rows(3)}
                    </div>
                </div>
            </main>
        </div>
    }
}
