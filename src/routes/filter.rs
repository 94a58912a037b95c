//! What an app's activity is looked through for, as it stands in the address.

use super::plain;
use crate::address;

/// The filters of the activity page; an empty one is no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// By whom: an account's id.
    pub person: String,
    /// What kind of thing: an entry's type.
    pub kind: String,
    /// About which environment: its slug.
    pub environment: String,
    /// On which of the reader's days: `2026-11-12`.
    pub day: String,
}

impl ActivityFilter {
    /// Reads those of a query that could mean something.
    pub(super) fn parse(query: &str) -> Self {
        let read =
            |name, fits: fn(&str) -> bool| address::value(query, name).filter(|value| fits(value)).unwrap_or_default();
        Self {
            person: read("person", plain),
            kind: read("type", plain),
            environment: read("environment", plain),
            day: read("day", |day| parts_of_day(day).is_some()),
        }
    }

    /// As names and values of a query.
    pub(super) fn query(&self) -> [(&'static str, &str); 4] {
        let Self { person, kind, environment, day } = self;
        [("person", person), ("type", kind), ("environment", environment), ("day", day)]
    }
}

/// Year, month and day of `2026-11-12`, if it is one that a person may mean.
#[must_use]
pub fn parts_of_day(day: &str) -> Option<(u32, i32, i32)> {
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let of_length = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !of_length(year, 4) || !of_length(month, 2) || !of_length(day, 2) {
        return None;
    }
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    // While a year is being typed it is one of the first.
    let means_something = year >= 2000 && (1..=12).contains(&month) && (1..=31).contains(&day);
    means_something.then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_somebody_may_mean() {
        assert_eq!(parts_of_day("2026-11-02"), Some((2026, 11, 2)));
        for bad in ["", "2026-11", "2026-13-01", "2026-11-00", "0002-11-02", "2026-11-2", "+026-11-02", "2026-11-02-1"]
        {
            assert_eq!(parts_of_day(bad), None, "{bad}");
        }
    }
}
