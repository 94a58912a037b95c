//! Days in the visitor's time zone.

use js_sys::Date;
use wasm_bindgen::JsValue;

use crate::routes::parse_day;
use crate::ui;

/// Parses a time in RFC 3339.
pub(super) fn parse_time(text: &str) -> Date {
    Date::new(&JsValue::from_str(text))
}

/// Returns the local day of a time: `2026-11-12`.
pub(super) fn local_day(time: &Date) -> String {
    let (year, month, day) = (time.get_full_year(), time.get_month() + 1, time.get_date());
    format!("{year:04}-{month:02}-{day:02}")
}

/// Returns the start and the end of a local day in RFC 3339, or `None` if the text is not a day.
pub(super) fn day_bounds(day: &str) -> Option<(String, String)> {
    let (year, month, day) = parse_day(day)?;
    // Calculated by the browser: a local day may last 23 or 25 hours.
    let midnight = |day| String::from(Date::new_with_year_month_day(year, month - 1, day).to_iso_string());
    Some((midnight(day), midnight(day + 1)))
}

/// Formats a day as the visitor writes it: "Thursday, 12 November 2026". Empty if the text is not a day.
pub(super) fn day_text(day: &str) -> String {
    parse_day(day).map_or_else(String::new, |(year, month, day)| {
        let midnight = Date::new_with_year_month_day(year, month - 1, day);
        ui::date(&midnight, &[("dateStyle", "full")])
    })
}

/// Returns the name of a time's day: "Today", "Yesterday", "Wednesday 12 November", with the year if it is not the
/// current one.
pub(super) fn day_name(time: &Date, now: &Date) -> String {
    let yesterday =
        Date::new_with_year_month_day(now.get_full_year(), to_i32(now.get_month()), to_i32(now.get_date()) - 1);
    let day = local_day(time);
    if day == local_day(now) {
        return "Today".to_owned();
    }
    if day == local_day(&yesterday) {
        return "Yesterday".to_owned();
    }
    let parts = [("weekday", "long"), ("day", "numeric"), ("month", "long"), ("year", "numeric")];
    let same_year = time.get_full_year() == now.get_full_year();
    ui::date(time, if same_year { &parts[..3] } else { &parts })
}

#[expect(clippy::cast_possible_wrap, reason = "a month, a day of it")]
const fn to_i32(small: u32) -> i32 {
    small as i32
}
