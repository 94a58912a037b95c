//! Times, formatted by the browser in the visitor's time zone and locale.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::to_integer;

// Milliseconds, as in `Date`.
const MINUTE: f64 = 60_000.0;
const DAY: f64 = 24.0 * 60.0 * MINUTE;

/// A time relative to now ("12 min ago", "3 Nov"), with the exact time as tooltip.
#[component]
pub fn Timestamp(
    /// The time in RFC 3339. An invalid time is rendered as it is.
    #[prop(into)]
    at: String,
    /// Whether the text follows the word "since", where "12 min ago" would be wrong.
    #[prop(optional)]
    since: bool,
) -> impl IntoView {
    let moment = Date::new(&JsValue::from_str(&at));
    if moment.get_time().is_nan() {
        return view! { <span>{at}</span> }.into_any();
    }
    let text = relative_text(&moment, Date::now(), since);
    // The tooltip is formatted when it may be seen: formatting it for every time of a page is slow.
    let (title, set_title) = signal(None);
    view! {
        <time
            class="time"
            datetime=at
            title=title
            on:pointerenter=move |_| set_title.set(Some(exact_time(&moment)))
        >
            {text}
        </time>
    }
    .into_any()
}

/// Formats the full date and time with the time zone.
#[must_use]
pub fn exact_time(moment: &Date) -> String {
    date(moment, &[("dateStyle", "full"), ("timeStyle", "long")])
}

/// Formats how long an authorised window stays open: "until 17:42" or "until tomorrow 01:12", in the last five minutes
/// "4 min left", and an empty text once it is closed. Both times are in milliseconds since 1970.
#[must_use]
pub fn time_left(until: f64, now: f64) -> String {
    let end = Date::new(&JsValue::from_f64(until));
    let same_day = day_number(&end) == day_number(&Date::new(&JsValue::from_f64(now)));
    time_left_text(until - now, same_day, &format_clock(&end))
}

/// Formats the time of day, such as "17:42". `moment` is in milliseconds since 1970.
#[must_use]
pub fn clock_at(moment: f64) -> String {
    format_clock(&Date::new(&JsValue::from_f64(moment)))
}

/// Formats a date, such as "24 Nov 2026". `at` is in RFC 3339; an empty text means today.
#[must_use]
pub fn day(at: &str) -> String {
    let moment = if at.is_empty() { Date::new_0() } else { Date::new(&JsValue::from_str(at)) };
    date(&moment, &[("day", "numeric"), ("month", "short"), ("year", "numeric")])
}

fn time_left_text(left: f64, same_day: bool, clock: &str) -> String {
    if left <= 0.0 {
        String::new()
    } else if left < MINUTE {
        "less than a minute left".to_owned()
    } else if left <= 5.0 * MINUTE {
        format!("{} min left", to_integer(left / MINUTE))
    } else if same_day {
        format!("until {clock}")
    } else {
        format!("until tomorrow {clock}")
    }
}

/// Returns "just now", "12 min ago", "14:02" for today, "Tue" within a week, "3 Nov" or "3 Nov 2025". With `since` it
/// is the time of day instead of the first two.
fn relative_text(moment: &Date, now: f64, since: bool) -> String {
    let today = Date::new(&JsValue::from_f64(now));
    match Precision::new(now - moment.get_time(), day_number(&today) - day_number(moment)) {
        Precision::JustNow | Precision::MinutesAgo(_) if since => format_clock(moment),
        Precision::JustNow => "just now".to_owned(),
        Precision::MinutesAgo(minutes) => format!("{} min ago", to_integer(minutes)),
        Precision::TimeOfDay => format_clock(moment),
        Precision::Weekday => date(moment, &[("weekday", "short")]),
        Precision::Date if today.get_full_year() == moment.get_full_year() => {
            date(moment, &[("day", "numeric"), ("month", "short")])
        }
        Precision::Date => date(moment, &[("day", "numeric"), ("month", "short"), ("year", "numeric")]),
    }
}

/// How precisely a time is shown.
#[derive(Debug, PartialEq)]
enum Precision {
    JustNow,
    MinutesAgo(f64),
    TimeOfDay,
    Weekday,
    Date,
}

impl Precision {
    /// `age` is in milliseconds and negative in the future. `days` is the number of midnights in between, in the
    /// visitor's time zone.
    fn new(age: f64, days: f64) -> Self {
        if (0.0..MINUTE).contains(&age) {
            Self::JustNow
        } else if (MINUTE..60.0 * MINUTE).contains(&age) {
            Self::MinutesAgo((age / MINUTE).floor())
        } else if days == 0.0 {
            Self::TimeOfDay
        } else if (1.0..7.0).contains(&days) {
            Self::Weekday
        } else {
            Self::Date
        }
    }
}

/// Returns the number of days since 1970, in the visitor's time zone.
fn day_number(moment: &Date) -> f64 {
    ((moment.get_time() - moment.get_timezone_offset() * MINUTE) / DAY).floor()
}

fn format_clock(moment: &Date) -> String {
    date(moment, &[("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")])
}

/// Formats the date with the given options of `Intl.DateTimeFormat`.
#[must_use]
pub fn date(moment: &Date, options: &[(&str, &str)]) -> String {
    let text = formatter(options).call1(&JsValue::UNDEFINED, moment).ok();
    text.and_then(|text| text.as_string()).unwrap_or_default()
}

/// Returns the formatting function for these options. Creating one takes milliseconds, so that they are kept.
fn formatter(options: &[(&str, &str)]) -> Function {
    thread_local! {
        static FORMATTERS: RefCell<HashMap<String, Function>> = RefCell::default();
    }
    let key = options.iter().flat_map(|(name, value)| [*name, " ", *value, " "]).collect::<String>();
    FORMATTERS.with_borrow_mut(|formatters| {
        let new = || Intl::DateTimeFormat::new(&Array::of1(&locale().into()), &to_js_object(options)).format();
        formatters.entry(key).or_insert_with(new).clone()
    })
}

fn locale() -> String {
    window().navigator().language().unwrap_or_else(|| "en".to_owned())
}

fn to_js_object(entries: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in entries {
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_the_end_and_then_the_minutes_that_remain() {
        assert_eq!(time_left_text(8.0 * 60.0 * MINUTE, true, "17:42"), "until 17:42");
        assert_eq!(time_left_text(8.0 * 60.0 * MINUTE, false, "01:12"), "until tomorrow 01:12");
        assert_eq!(time_left_text(4.9 * MINUTE, false, "00:01"), "4 min left");
        assert_eq!(time_left_text(30_000.0, true, "17:42"), "less than a minute left");
        assert_eq!(time_left_text(0.0, true, "17:42"), "");
    }

    #[test]
    fn the_precision_decreases_with_the_distance_from_now() {
        assert_eq!(Precision::new(5_000.0, 0.0), Precision::JustNow);
        assert_eq!(Precision::new(12.5 * MINUTE, 0.0), Precision::MinutesAgo(12.0));
        assert_eq!(Precision::new(12.5 * MINUTE, 1.0), Precision::MinutesAgo(12.0));
        assert_eq!(Precision::new(300.0 * MINUTE, 0.0), Precision::TimeOfDay);
        assert_eq!(Precision::new(DAY, 1.0), Precision::Weekday);
        assert_eq!(Precision::new(8.0 * DAY, 8.0), Precision::Date);
        assert_eq!(Precision::new(-DAY, -1.0), Precision::Date);
    }
}
