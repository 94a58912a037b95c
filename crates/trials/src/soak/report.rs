//! The results as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use padlock_trials::Durations;

/// Names and values.
#[derive(Default)]
pub(crate) struct Report(Vec<(String, String)>);

impl Report {
    /// Adds a line, and prints it at once because the table comes at the end.
    pub(crate) fn line(&mut self, name: &str, value: &str) {
        println!("{name}: {value}");
        self.0.push((name.to_owned(), value.to_owned()));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        self.0.iter().try_for_each(|(name, value)| writeln!(f, "{name:<36} {value}"))
    }
}

/// The durations of requests by name and response status.
#[derive(Default)]
pub(crate) struct DurationsByRequest(BTreeMap<(&'static str, u16), Durations>);

impl DurationsByRequest {
    pub(crate) fn add(&mut self, name: &'static str, status: u16, duration: Duration) {
        self.0.entry((name, status)).or_default().add(duration);
    }

    pub(crate) fn append(&mut self, other: Self) {
        for (key, durations) in other.0 {
            self.0.entry(key).or_default().append(durations);
        }
    }

    pub(crate) fn report(mut self, report: &mut Report) {
        for ((name, status), durations) in &mut self.0 {
            let [p50, p99, max] = [50, 99, 100].map(|percent| durations.percentile(percent).unwrap_or_default());
            let value = format!("{} times, p50 {p50:.1?}, p99 {p99:.1?}, at most {max:.1?}", durations.count());
            report.line(&format!("{name}, {status}"), &value);
        }
    }
}
