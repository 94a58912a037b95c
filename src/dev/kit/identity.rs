//! The logo, padlocks, health, icons, people, values and times.

use leptos::prelude::*;

use super::specimen::specimen;
use crate::ui::{
    AuthorisedPill, Copyable, Glyph, Health, Logo, Padlock, PadlockState, Timestamp, avatar, health, icon,
};

const HASH: &str = "9f2c1e7ab04d5583d1f6c2aa7e0b9d41c7718f0e5a2b3c4d5e6f708192a3b4c5";

pub(super) fn group() -> AnyView {
    let open = RwSignal::new(false);
    let padlock_state = Signal::derive(move || if open.get() { PadlockState::Open } else { PadlockState::Closed });
    let toggle = move |_| open.update(|open| *open = !*open);
    let padlocks =
        [(PadlockState::Closed, "closed"), (PadlockState::Open, "open"), (PadlockState::NotForYou, "not for you")]
            .map(|(state, word)| view! { <span class="kit-pair"><Padlock state/>{word}</span> })
            .collect_view();
    let health_states = [
        Health::Empty,
        Health::Stopped,
        Health::Starting,
        Health::Running,
        Health::Warning,
        Health::Critical,
        Health::Failed,
        Health::Maintenance,
    ]
    .map(health)
    .collect_view();
    let ignore = Callback::new(|()| ());
    let pills = ["until 17:42", "until tomorrow 01:12", "4 min left"]
        .map(|time_left| view! { <AuthorisedPill time_left on_lock=ignore/> })
        .collect_view();
    let icons = Glyph::ALL.map(|glyph| view! { <span title=format!("{glyph:?}")>{icon(glyph)}</span> }).collect_view();
    view! {
        {specimen("Logo, and its shackle while a window is open", view! {
            <span class="kit-logos"><Logo/><Logo open=true/><Logo open/></span>
            <span class="kit-pair kit-large"><Padlock state=padlock_state/></span>
            <button class="button" data-kind="quiet" type="button" on:click=toggle>
                {move || if open.get() { "Close" } else { "Lift the shackle" }}
            </button>
        })}
        {specimen("Padlock", padlocks)}
        {specimen("Authorised window", pills)}
        {specimen("Health", health_states)}
        {specimen("Icons", view! { <div class="kit-icons">{icons}</div> })}
        {specimen("People", view! {
            {avatar("Tess Tanaka")}{avatar("Omar Okafor")}{avatar("Émile")}
        })}
        {specimen("Values and times", view! {
            <Copyable value="1.2.0" noun="version"/>
            <Copyable value=HASH noun="hash" max_chars=12/>
            <Timestamp at="2025-11-12T09:30:00Z"/>
            <Timestamp at="2024-02-29T23:59:59Z"/>
            <span class="chips"><span class="chip">"Test"</span><span class="chip">"Acceptance"</span></span>
        })}
    }
    .into_any()
}
