//! The region of the page that shows the toasts.

use leptos::prelude::*;

use super::toast::{Toast, ToastAction, Toasts};
use super::{Button, ButtonKind, Glyph, IconButton, icon, use_painted};

/// The live region that shows the toasts. It has to be at the root from the start, or screen readers do not announce
/// it.
#[component]
pub fn ToastRegion(
    /// The toasts that [`provide_toasts`] returned.
    toasts: Toasts,
) -> impl IntoView {
    let toast_view = move |toast: Toast| {
        let Toast { id, tone, text, action } = toast;
        let action = action.map(|ToastAction { label, on_press }| {
            let press = move |()| {
                toasts.close(id);
                on_press.run(());
            };
            view! { <Button label kind=ButtonKind::Bare on_press=press/> }
        });
        view! {
            <li class="toast" data-tone=tone.name()>
                {icon(tone.glyph())}
                <p>{text}</p>
                {action}
                <IconButton label="Close" glyph=Glyph::Close on_press=move |()| toasts.close(id)/>
            </li>
        }
    };
    // Showing a popover has the browser compute all styles at once: later than the first paint.
    let painted = use_painted();
    Effect::new(move |_| {
        if let (true, Some(region)) = (painted.get(), toasts.region.get()) {
            let _ = region.show_popover();
        }
    });
    view! {
        <div class="toasts" popover="manual" node_ref=toasts.region>
            <div role="status" aria-live="polite">
                <ul>
                    <For each=move || toasts.visible.get() key=|toast| toast.id children=toast_view/>
                </ul>
            </div>
            <p class="visually-hidden" aria-live="polite">{move || toasts.announcement.get()}</p>
        </div>
    }
}
