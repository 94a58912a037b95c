//! The simulated devices: a phone with an authenticator app, a mailbox, and the portal's clock.

mod account;
mod authenticator;
mod clock;
mod dock;
mod mailbox;
mod people;
mod phone_storage;
mod sheet;
mod time;

use leptos::{html, prelude::*};

use self::authenticator::Authenticator;
use self::clock::PortalClock;
use self::dock::dock;
use self::mailbox::Mailbox;
use self::people::People;
use self::time::PortalTime;
use crate::ui::{Glyph, IconButton, icon};

/// The device panel and the button that opens it.
#[component]
pub fn Devices() -> impl IntoView {
    let panel = NodeRef::<html::Aside>::new();
    let toggle = NodeRef::<html::Button>::new();
    let open = RwSignal::new(false);
    let time = PortalTime::new(open);
    // The phone keeps its state while the panel is closed.
    let accounts = phone_storage::keep_accounts();
    let drift = RwSignal::new(0);
    sheet::adopt();
    dock(panel);
    let close = move |()| {
        open.set(false);
        if let Some(toggle) = toggle.get_untracked() {
            let _ = toggle.focus();
        }
    };
    view! {
        <aside
            class="devices"
            popover="manual"
            aria-label="Devices"
            data-open=move || open.get().then_some("")
            node_ref=panel
        >
            {move || open.get().then(|| view! {
                <div class="devices-panel" id="devices">
                    <header class="devices-head">
                        <h2>"Devices"</h2>
                        <IconButton label="Put the devices away" glyph=Glyph::Close on_press=close/>
                    </header>
                    <People/>
                    <Authenticator time accounts drift/>
                    <PortalClock time/>
                    <Mailbox/>
                </div>
            })}
            <button
                class="devices-toggle"
                type="button"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls="devices"
                on:click=move |_| open.update(|open| *open = !*open)
                node_ref=toggle
            >
                {icon(Glyph::Phone)}
                <span>"Devices"</span>
            </button>
        </aside>
    }
}
