//! Adds up what the test runners say, and prints the table.

use crate::problem::{Outcome, Problem};
use crate::say;
use serde_json::Value;
use std::time::Duration;

/// Passed, failed and skipped tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

/// One runner's share of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) counts: Counts,
    /// Whether the runner ended well: it may stop before it counts anything.
    pub(crate) completed: bool,
    pub(crate) spent: Duration,
}

impl Counts {
    /// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub(crate) fn read(&mut self, line: &str) {
        let Some((_, rest)) = line.split_once("test result: ") else { return };
        let mut words = rest.split([' ', ';', '.']).filter(|word| !word.is_empty());
        let mut last = "";
        for word in words.by_ref() {
            match (word, last.parse::<u64>()) {
                ("passed", Ok(count)) => self.passed += count,
                ("failed", Ok(count)) => self.failed += count,
                ("ignored", Ok(count)) => self.skipped += count,
                _ => {}
            }
            last = word;
        }
    }

    /// Reads the `stats` of Playwright's JSON report. A flaky test counts as
    /// failed: a test that sometimes fails is a bug in it or in Padlock.
    pub(crate) fn of_playwright(report: &Value) -> Self {
        let stats = report.get("stats");
        let number = |name| stats.and_then(|stats| stats.get(name)?.as_u64()).unwrap_or_default();
        Self { passed: number("expected"), failed: number("unexpected") + number("flaky"), skipped: number("skipped") }
    }

    fn add(self, more: Self) -> Self {
        Self {
            passed: self.passed + more.passed,
            failed: self.failed + more.failed,
            skipped: self.skipped + more.skipped,
        }
    }
}

/// Prints the table, its sum last; fails when anything did.
pub(crate) fn table(rows: &[Row], spent: Duration) -> Outcome {
    say::step("");
    say::step(&format!("{:<24}{:>8}{:>8}{:>9}  {}", "", "passed", "failed", "skipped", "time"));
    for Row { name, counts, completed, spent } in rows {
        let note = if *completed { "" } else { "  (did not end well)" };
        let Counts { passed, failed, skipped } = counts;
        say::step(&format!("{name:<24}{passed:>8}{failed:>8}{skipped:>9}  {}{note}", say::time(*spent)));
    }
    let all = rows.iter().fold(Counts::default(), |sum, row| sum.add(row.counts));
    say::step(&format!("in all, with builds: {}", say::time(spent)));
    let completed = rows.iter().all(|row| row.completed);
    // A runner that broke before counting still failed.
    let failed = if completed { all.failed } else { all.failed.max(1) };
    say::step(&format!("{} passed, {failed} failed", all.passed));
    if failed == 0 && all.passed > 0 {
        return Ok(());
    }
    Err(Problem::new("The tests did not pass."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_binaries_add_up() {
        let mut counts = Counts::default();
        counts.read("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");
        counts.read("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured");
        counts.read("running 5 tests");
        assert_eq!(counts, Counts { passed: 15, failed: 2, skipped: 1 });
    }

    #[test]
    fn flaky_journeys_count_as_failed() {
        let report = serde_json::json!({
            "stats": { "expected": 7, "unexpected": 1, "flaky": 1, "skipped": 2 }
        });
        assert_eq!(Counts::of_playwright(&report), Counts { passed: 7, failed: 2, skipped: 2 });
    }
}
