//! The filters of the activity page, as query parameters.

use super::identifier::is_slug_or_id;
use super::query;

/// The filters of the activity page. An empty filter matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// The id of the account that acted.
    pub person: String,
    /// The type of the entry.
    pub kind: String,
    /// The slug of the environment.
    pub environment: String,
    /// The day in the visitor's time zone: `2026-11-12`.
    pub day: String,
}

impl ActivityFilter {
    /// Parses the filters of a query. Invalid ones are left empty.
    pub(super) fn parse(query: &str) -> Self {
        let parse = |name, is_valid: fn(&str) -> bool| {
            query::value(query, name).filter(|value| is_valid(value)).unwrap_or_default()
        };
        Self {
            person: parse("person", is_slug_or_id),
            kind: parse("type", is_slug_or_id),
            environment: parse("environment", is_slug_or_id),
            day: parse("day", |day| parse_day(day).is_some()),
        }
    }

    /// Returns the names and values of the query parameters.
    pub(super) fn query(&self) -> [(&'static str, &str); 4] {
        let Self { person, kind, environment, day } = self;
        [("person", person), ("type", kind), ("environment", environment), ("day", day)]
    }
}

/// Parses a day such as `2026-11-12` into year, month and day. `None` before the year 2000.
#[must_use]
pub fn parse_day(day: &str) -> Option<(u32, i32, i32)> {
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !is_number(year, 4) || !is_number(month, 2) || !is_number(day, 2) {
        return None;
    }
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    // While a year is typed into the date field, its value is a year such as 0002.
    let is_plausible = year >= 2000 && (1..=12).contains(&month) && (1..=31).contains(&day);
    is_plausible.then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plausible_days_are_parsed() {
        assert_eq!(parse_day("2026-11-02"), Some((2026, 11, 2)));
        for bad in ["", "2026-11", "2026-13-01", "2026-11-00", "0002-11-02", "2026-11-2", "+026-11-02", "2026-11-02-1"]
        {
            assert_eq!(parse_day(bad), None, "{bad}");
        }
    }
}
