//! Days, as the reader's calendar has them.

use js_sys::Date;
use wasm_bindgen::JsValue;

use crate::routes::parts_of_day;
use crate::ui;

/// The moment that RFC 3339 text names.
pub(super) fn moment(at: &str) -> Date {
    Date::new(&JsValue::from_str(at))
}

/// The reader's day that a moment lies in: `2026-11-12`.
pub(super) fn day_of(moment: &Date) -> String {
    let (year, month, day) = (moment.get_full_year(), moment.get_month() + 1, moment.get_date());
    format!("{year:04}-{month:02}-{day:02}")
}

/// From when until when a day of the reader's lasts, for the API; nothing if it is no day.
pub(super) fn bounds(day: &str) -> Option<(String, String)> {
    let (year, month, day) = parts_of_day(day)?;
    // The browser's own calendar: a day may last 23 or 25 hours.
    let midnight = |day| String::from(Date::new_with_year_month_day(year, month - 1, day).to_iso_string());
    Some((midnight(day), midnight(day + 1)))
}

/// What a day is called: "Today", "Yesterday", "Wednesday 12 November"; with its year if that is another.
pub(super) fn name(moment: &Date, now: &Date) -> String {
    let yesterday = Date::new_with_year_month_day(now.get_full_year(), int(now.get_month()), int(now.get_date()) - 1);
    let day = day_of(moment);
    if day == day_of(now) {
        return "Today".to_owned();
    }
    if day == day_of(&yesterday) {
        return "Yesterday".to_owned();
    }
    let parts = [("weekday", "long"), ("day", "numeric"), ("month", "long"), ("year", "numeric")];
    let same_year = moment.get_full_year() == now.get_full_year();
    ui::date(moment, if same_year { &parts[..3] } else { &parts })
}

#[expect(clippy::cast_possible_wrap, reason = "a month, a day of it")]
const fn int(small: u32) -> i32 {
    small as i32
}
