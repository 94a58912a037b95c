//! Figures in units people use. Whole numbers only: printing floats would weigh more than all of this.

const STEPS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];

/// A size: "3.1 MB", "512 kB", "12 bytes".
#[must_use]
pub fn size(bytes: u64) -> String {
    for (unit, name) in STEPS {
        // A little less than a unit is the unit, so that nothing is "1000 kB".
        if bytes.saturating_add(unit / 2000) < unit {
            continue;
        }
        // One decimal below ten, none above: the precision people read.
        let tenths = (bytes.saturating_mul(10).saturating_add(unit / 2)) / unit;
        if tenths >= 100 {
            return format!("{} {name}", bytes.saturating_add(unit / 2) / unit);
        }
        return format!("{}.{} {name}", tenths / 10, tenths % 10);
    }
    if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") }
}

/// How much of the whole, in full per cent; never 100 before it is all.
#[must_use]
pub fn percent(part: u64, whole: u64) -> u64 {
    part.min(whole).saturating_mul(100).checked_div(whole).unwrap_or_default()
}

/// "1 constant", "2 constants".
#[must_use]
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// "Test", "Test and Acceptance", "Test, Acceptance and Production".
#[must_use]
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// A wait: "12 s", "2 min 5 s".
#[must_use]
pub fn wait(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

/// In small letters, as the browser makes them: it has the tables.
#[must_use]
pub fn lower(text: &str) -> String {
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
    fn sizes_are_read_at_a_glance() {
        for (bytes, said) in [
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
            assert_eq!(size(bytes), said);
        }
    }

    #[test]
    fn a_part_is_not_the_whole() {
        assert_eq!(percent(0, 0), 0);
        assert_eq!(percent(999, 1000), 99);
        assert_eq!(percent(1000, 1000), 100);
        assert_eq!(percent(1001, 1000), 100);
        assert_eq!(percent(64, 100), 64);
    }

    #[test]
    fn lists_and_counts_are_words() {
        let names = ["Test", "Acceptance", "Production"].map(String::from);
        assert_eq!(listed(&names), "Test, Acceptance and Production");
        assert_eq!(listed(&names[..2]), "Test and Acceptance");
        assert_eq!(listed(&names[..1]), "Test");
        assert_eq!(counted(1, "constant"), "1 constant");
        assert_eq!(counted(0, "constant"), "0 constants");
        assert_eq!(wait(17), "17 s");
        assert_eq!(wait(125), "2 min 5 s");
        assert_eq!(wait(60), "1 min");
    }
}
