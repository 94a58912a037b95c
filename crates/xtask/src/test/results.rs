//! Counts the results of the test runners and prints them as a table.

use crate::terminal::{self, format_duration};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Duration;

/// The numbers of passed, failed and skipped tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

/// What one test runner did.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) counts: Counts,
    /// Whether the runner succeeded. It may fail before it counts anything.
    pub(crate) completed: bool,
    pub(crate) duration: Duration,
}

/// A row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) outcome: Outcome,
}

impl Counts {
    /// Adds the counts in a line of `cargo test`: `test result: ok. 3 passed; 0 failed; 1 ignored; …`. Ignores other
    /// lines.
    pub(crate) fn add_cargo_result(&mut self, line: &str) {
        let Some((_, rest)) = line.split_once("test result: ") else { return };
        let mut previous = "";
        for word in rest.split([' ', ';', '.']).filter(|word| !word.is_empty()) {
            match (word, previous.parse::<u64>()) {
                ("passed", Ok(count)) => self.passed += count,
                ("failed", Ok(count)) => self.failed += count,
                ("ignored", Ok(count)) => self.skipped += count,
                _ => {}
            }
            previous = word;
        }
    }

    /// Reads the `stats` of Playwright's JSON report. A flaky test counts as failed, because it has a bug or has found
    /// one.
    pub(crate) fn from_playwright(report: &Value) -> Self {
        let stats = report.get("stats");
        let number = |name| stats.and_then(|stats| stats.get(name)?.as_u64()).unwrap_or_default();
        Self { passed: number("expected"), failed: number("unexpected") + number("flaky"), skipped: number("skipped") }
    }
}

/// Prints the table. Fails if a test or a runner failed, or if no test ran.
pub(crate) fn print(rows: &[Row], total: Duration) -> Result<()> {
    terminal::step("");
    terminal::step(&format!("{:<24}{:>8}{:>8}{:>9}  {}", "", "passed", "failed", "skipped", "time"));
    for Row { name, outcome: Outcome { counts, completed, duration } } in rows {
        let note = if *completed { "" } else { "  (the test runner failed)" };
        let (Counts { passed, failed, skipped }, time) = (counts, format_duration(*duration));
        terminal::step(&format!("{name:<24}{passed:>8}{failed:>8}{skipped:>9}  {time}{note}"));
    }
    terminal::step(&format!("total time, with builds: {}", format_duration(total)));
    let passed: u64 = rows.iter().map(|row| row.outcome.counts.passed).sum();
    let failed: u64 = rows.iter().map(|row| row.outcome.counts.failed).sum();
    // A runner may fail before it counts a failed test.
    let failed = if rows.iter().all(|row| row.outcome.completed) { failed } else { failed.max(1) };
    terminal::step(&format!("{passed} passed, {failed} failed"));
    ensure!(failed == 0 && passed > 0, "The tests did not pass.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_binaries_add_up() {
        let mut counts = Counts::default();
        counts.add_cargo_result("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");
        counts.add_cargo_result("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured");
        counts.add_cargo_result("running 5 tests");
        assert_eq!(counts, Counts { passed: 15, failed: 2, skipped: 1 });
    }

    #[test]
    fn flaky_journeys_count_as_failed() {
        let report = serde_json::json!({
            "stats": { "expected": 7, "unexpected": 1, "flaky": 1, "skipped": 2 }
        });
        assert_eq!(Counts::from_playwright(&report), Counts { passed: 7, failed: 2, skipped: 2 });
    }
}
