//! The control that advances the portal's clock, so that authorised windows close, rate limits end and codes expire.

use leptos::prelude::*;

use super::time::PortalTime;
use crate::format::format_duration;
use crate::ui::{Button, clock_at};

/// How far each button advances the clock, in seconds.
const STEPS: [(u32, &str); 4] = [(30, "+30 s"), (300, "+5 min"), (3_600, "+1 h"), (28_800, "+8 h")];

#[component]
pub(super) fn PortalClock(time: PortalTime) -> impl IntoView {
    let buttons = STEPS
        .map(|(seconds, label)| view! { <Button label on_press=move |()| time.advance(seconds)/> })
        .into_iter()
        .collect_view();
    let clock_text = Memo::new(move |_| {
        let now = time.now.get();
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970")]
        let minute = clock_at((now * 1_000) as f64);
        format!("{minute}:{:02}", now.rem_euclid(60))
    });
    view! {
        <section class="device" aria-labelledby="device-clock">
            <h3 id="device-clock">"The portal’s clock"</h3>
            <p class="device-row">
                <time class="device-time">{clock_text}</time>
                <span class="device-note" role="status">
                    {move || match time.ahead.get() {
                        0 => "on time".to_owned(),
                        ahead => [&format_hours(ahead), " ahead"].concat(),
                    }}
                </span>
            </p>
            <div class="device-steps">{buttons}</div>
        </section>
    }
}

/// Formats a number of seconds: "30 s", "5 min", "9 h 5 min".
fn format_hours(seconds: i64) -> String {
    match (seconds / 3_600, seconds % 3_600) {
        (0, rest) => format_duration(rest.unsigned_abs()),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {}", format_duration(rest.unsigned_abs())),
    }
}
