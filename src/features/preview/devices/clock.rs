//! The portal's clock, which can be moved on: windows close, throttles end, codes go out of date.

use leptos::prelude::*;

use super::time::Time;
use crate::format::wait;
use crate::ui::{Button, clock_at, live};

/// How far a press moves it, in seconds.
const STEPS: [(u32, &str); 4] = [(30, "+30 s"), (300, "+5 min"), (3_600, "+1 h"), (28_800, "+8 h")];

#[component]
pub(super) fn PortalClock(time: Time) -> impl IntoView {
    let steps = STEPS
        .map(|(seconds, label)| view! { <Button label on_press=move |()| time.advance(seconds)/> })
        .into_iter()
        .collect_view();
    let shown = Memo::new(move |_| {
        let now = time.now.get();
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970")]
        let minute = clock_at((now * 1_000) as f64);
        format!("{minute}:{:02}", now.rem_euclid(60))
    });
    view! {
        <section class="device" aria-labelledby="device-clock">
            <h3 id="device-clock">"The portal’s clock"</h3>
            <p class="device-row">
                <time class="device-time">{shown}</time>
                <span class="device-note" role="status">
                    {live(move || match time.ahead.get() {
                        0 => "on time".to_owned(),
                        ahead => [&ahead_words(ahead), " ahead"].concat(),
                    })}
                </span>
            </p>
            <div class="device-steps">{steps}</div>
        </section>
    }
}

/// "30 s", "5 min", "9 h 5 min".
fn ahead_words(seconds: i64) -> String {
    match (seconds / 3_600, seconds % 3_600) {
        (0, rest) => wait(rest.unsigned_abs()),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {}", wait(rest.unsigned_abs())),
    }
}
