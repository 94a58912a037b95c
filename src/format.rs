//! Sizes, durations, counts and lists as text. Integers only, because formatting floats would add more code to the wasm
//! file than this module.

const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];

/// Formats a size in decimal units: "3.1 MB", "512 kB", "12 bytes".
#[must_use]
pub fn format_size(bytes: u64) -> String {
    for (unit, name) in UNITS {
        // A size that would be rounded to "1000 kB" is given in the next unit.
        if bytes.saturating_add(unit / 2000) < unit {
            continue;
        }
        // One decimal below ten, none above.
        let tenths = (bytes.saturating_mul(10).saturating_add(unit / 2)) / unit;
        if tenths >= 100 {
            return format!("{} {name}", bytes.saturating_add(unit / 2) / unit);
        }
        return format!("{}.{} {name}", tenths / 10, tenths % 10);
    }
    if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") }
}

/// Returns the percentage of `whole` that `part` is, rounded down and at most 100. It is 0 if `whole` is 0.
#[must_use]
pub fn percent(part: u64, whole: u64) -> u64 {
    part.min(whole).saturating_mul(100).checked_div(whole).unwrap_or_default()
}

/// Returns the count with the noun in singular or plural: "1 constant", "2 constants".
#[must_use]
pub fn pluralize(count: usize, singular: &str) -> String {
    if count == 1 { format!("1 {singular}") } else { format!("{count} {singular}s") }
}

/// Joins names to "Test", "Test and Acceptance" or "Test, Acceptance and Production".
#[must_use]
pub fn join_with_and(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [name] => name.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// Formats a duration: "12 s", "2 min 5 s".
#[must_use]
pub fn format_duration(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

/// Formats a measured time in milliseconds: "under 1 s", "12 s".
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time of minutes, not below 0")]
pub fn format_elapsed(milliseconds: f64) -> String {
    match (milliseconds.max(0.0) / 1_000.0) as u64 {
        0 => "under 1 s".to_owned(),
        seconds => format_duration(seconds),
    }
}

/// Converts to lower case. In the browser its own function is used, which keeps the Unicode tables out of the wasm
/// file.
#[must_use]
pub fn to_lowercase(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    {
        js_sys::JsString::from(text).to_lower_case().into()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        text.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_largest_unit_and_at_most_one_decimal() {
        for (bytes, expected) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (949, "949 bytes"),
            (1_000, "1.0 kB"),
            (9_949, "9.9 kB"),
            (9_950, "10 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (3_140_000, "3.1 MB"),
            (536_870_912, "537 MB"),
            (2_147_483_648, "2.1 GB"),
        ] {
            assert_eq!(format_size(bytes), expected);
        }
    }

    #[test]
    fn the_percentage_is_100_only_for_the_whole() {
        assert_eq!(percent(0, 0), 0);
        assert_eq!(percent(999, 1000), 99);
        assert_eq!(percent(1000, 1000), 100);
        assert_eq!(percent(1001, 1000), 100);
        assert_eq!(percent(64, 100), 64);
    }

    #[test]
    fn lists_counts_and_durations_are_formatted() {
        let names = ["Test", "Acceptance", "Production"].map(String::from);
        assert_eq!(join_with_and(&names), "Test, Acceptance and Production");
        assert_eq!(join_with_and(&names[..2]), "Test and Acceptance");
        assert_eq!(join_with_and(&names[..1]), "Test");
        assert_eq!(pluralize(1, "constant"), "1 constant");
        assert_eq!(pluralize(0, "constant"), "0 constants");
        assert_eq!(format_duration(17), "17 s");
        assert_eq!(format_duration(125), "2 min 5 s");
        assert_eq!(format_duration(60), "1 min");
    }
}
