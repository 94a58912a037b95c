//! Times in the reader's zone and locale. The browser knows both, so it does the formatting.

use js_sys::{Date, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::whole;

const MINUTE: f64 = 60_000.0;
const DAY: f64 = 24.0 * 60.0 * MINUTE;

/// A moment as people say it, the exact instant on hover.
#[component]
pub fn Timestamp(
    /// RFC 3339, as the API gives it.
    #[prop(into)]
    at: String,
    /// "since" stands before it, after which no "12 min ago" can follow.
    #[prop(optional)]
    since: bool,
) -> impl IntoView {
    let moment = Date::new(&JsValue::from_str(&at));
    if moment.get_time().is_nan() {
        return view! { <span>{at}</span> }.into_any();
    }
    let text = said(&moment, Date::now(), since);
    let title = exact_time(&moment);
    view! { <time class="time" datetime=at title=title>{text}</time> }.into_any()
}

/// The exact instant, with its zone.
#[must_use]
pub fn exact_time(moment: &Date) -> String {
    let options = [("dateStyle", "full"), ("timeStyle", "long")];
    moment.to_locale_string(&locale(), &object(&options)).into()
}

/// How long an authorised window lasts: "until 17:42", "until tomorrow 01:12", in the last five
/// minutes "4 min left"; nothing once it is over. Both in milliseconds since 1970.
#[must_use]
pub fn time_left(until: f64, now: f64) -> String {
    let end = Date::new(&JsValue::from_f64(until));
    let same_day = day_number(&end) == day_number(&Date::new(&JsValue::from_f64(now)));
    window_words(until - now, same_day, &clock(&end))
}

/// A time of the day, "17:42"; in milliseconds since 1970.
#[must_use]
pub fn clock_at(moment: f64) -> String {
    clock(&Date::new(&JsValue::from_f64(moment)))
}

/// A day, "24 Nov 2026"; RFC 3339 or, if it is empty, today.
#[must_use]
pub fn day(at: &str) -> String {
    let moment = if at.is_empty() { Date::new_0() } else { Date::new(&JsValue::from_str(at)) };
    date(&moment, &[("day", "numeric"), ("month", "short"), ("year", "numeric")])
}

fn window_words(left: f64, same_day: bool, clock: &str) -> String {
    if left <= 0.0 {
        String::new()
    } else if left < MINUTE {
        "less than a minute left".to_owned()
    } else if left <= 5.0 * MINUTE {
        format!("{} min left", whole(left / MINUTE))
    } else if same_day {
        format!("until {clock}")
    } else {
        format!("until tomorrow {clock}")
    }
}

/// "just now", "12 min ago", "14:02" today, "Tue" this week, "3 Nov", "3 Nov 2025";
/// after "since" the time of the day for the first three.
fn said(moment: &Date, now: f64, since: bool) -> String {
    let today = Date::new(&JsValue::from_f64(now));
    match nearness(now - moment.get_time(), day_number(&today) - day_number(moment)) {
        Nearness::Now | Nearness::Minutes(_) if since => clock(moment),
        Nearness::Now => "just now".to_owned(),
        Nearness::Minutes(minutes) => format!("{} min ago", whole(minutes)),
        Nearness::Today => clock(moment),
        Nearness::ThisWeek => date(moment, &[("weekday", "short")]),
        Nearness::Day if today.get_full_year() == moment.get_full_year() => {
            date(moment, &[("day", "numeric"), ("month", "short")])
        }
        Nearness::Day => date(moment, &[("day", "numeric"), ("month", "short"), ("year", "numeric")]),
    }
}

#[derive(Debug, PartialEq)]
enum Nearness {
    Now,
    Minutes(f64),
    Today,
    ThisWeek,
    Day,
}

/// How near a moment is: `ago` in milliseconds (negative for what is to come), `days` between
/// the two dates on the reader's calendar.
fn nearness(ago: f64, days: f64) -> Nearness {
    if (0.0..MINUTE).contains(&ago) {
        Nearness::Now
    } else if (MINUTE..60.0 * MINUTE).contains(&ago) {
        Nearness::Minutes((ago / MINUTE).floor())
    } else if days == 0.0 {
        Nearness::Today
    } else if (1.0..7.0).contains(&days) {
        Nearness::ThisWeek
    } else {
        Nearness::Day
    }
}

/// The day on the reader's calendar, counted from 1970.
fn day_number(moment: &Date) -> f64 {
    ((moment.get_time() - moment.get_timezone_offset() * MINUTE) / DAY).floor()
}

fn clock(moment: &Date) -> String {
    let options = object(&[("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")]);
    moment.to_locale_time_string_with_options(&locale(), &options).into()
}

/// The date, with the parts that `options` of `Intl.DateTimeFormat` ask for.
#[must_use]
pub fn date(moment: &Date, options: &[(&str, &str)]) -> String {
    moment.to_locale_date_string(&locale(), &object(options)).into()
}

fn locale() -> String {
    window().navigator().language().unwrap_or_else(|| "en".to_owned())
}

fn object(entries: &[(&str, &str)]) -> JsValue {
    let object = Object::new();
    for (key, value) in entries {
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    object.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_said_by_its_end_and_then_by_what_is_left() {
        assert_eq!(window_words(8.0 * 60.0 * MINUTE, true, "17:42"), "until 17:42");
        assert_eq!(window_words(8.0 * 60.0 * MINUTE, false, "01:12"), "until tomorrow 01:12");
        assert_eq!(window_words(4.9 * MINUTE, false, "00:01"), "4 min left");
        assert_eq!(window_words(30_000.0, true, "17:42"), "less than a minute left");
        assert_eq!(window_words(0.0, true, "17:42"), "");
    }

    #[test]
    fn moments_are_said_as_near_as_they_are() {
        assert_eq!(nearness(5_000.0, 0.0), Nearness::Now);
        assert_eq!(nearness(12.5 * MINUTE, 0.0), Nearness::Minutes(12.0));
        assert_eq!(nearness(12.5 * MINUTE, 1.0), Nearness::Minutes(12.0));
        assert_eq!(nearness(300.0 * MINUTE, 0.0), Nearness::Today);
        assert_eq!(nearness(DAY, 1.0), Nearness::ThisWeek);
        assert_eq!(nearness(8.0 * DAY, 8.0), Nearness::Day);
        assert_eq!(nearness(-DAY, -1.0), Nearness::Day);
    }
}
