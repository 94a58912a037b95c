//! The results as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

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
pub(crate) struct DurationsByRequest(BTreeMap<(&'static str, u16), Vec<Duration>>);

impl DurationsByRequest {
    pub(crate) fn add(&mut self, name: &'static str, status: u16, duration: Duration) {
        self.0.entry((name, status)).or_default().push(duration);
    }

    pub(crate) fn append(&mut self, other: Self) {
        for (key, durations) in other.0 {
            self.0.entry(key).or_default().extend(durations);
        }
    }

    pub(crate) fn report(mut self, report: &mut Report) {
        for ((name, status), durations) in &mut self.0 {
            durations.sort_unstable();
            let count = durations.len();
            let [p50, p99, max] = [50, 99, 100].map(|percent: usize| durations[(count - 1) * percent / 100]);
            let value = format!("{count} times, p50 {p50:.1?}, p99 {p99:.1?}, at most {max:.1?}");
            report.line(&format!("{name}, {status}"), &value);
        }
    }
}
