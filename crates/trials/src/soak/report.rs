//! The figures, as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Lines of a name and what it came to.
#[derive(Default)]
pub(crate) struct Report(Vec<(String, String)>);

impl Report {
    /// One more line; told at once, too, since the table comes late.
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

/// How long answers took, and what they said, by what was asked.
#[derive(Default)]
pub(crate) struct Times(BTreeMap<(&'static str, u16), Vec<Duration>>);

impl Times {
    pub(crate) fn add(&mut self, what: &'static str, status: u16, took: Duration) {
        self.0.entry((what, status)).or_default().push(took);
    }

    pub(crate) fn join(&mut self, other: Self) {
        for (key, times) in other.0 {
            self.0.entry(key).or_default().extend(times);
        }
    }

    /// A line for each.
    pub(crate) fn tell(mut self, report: &mut Report) {
        for ((what, status), times) in &mut self.0 {
            times.sort_unstable();
            let at = |share: usize| times[(times.len() - 1) * share / 100];
            let told =
                format!("{} times, p50 {:.1?}, p99 {:.1?}, at most {:.1?}", times.len(), at(50), at(99), at(100));
            report.line(&format!("{what}, {status}"), &told);
        }
    }
}
