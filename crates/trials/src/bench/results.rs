//! The measured values and their targets.

use std::time::Duration;

/// Prints results as they are measured and remembers whether a target was missed.
#[derive(Default)]
pub(crate) struct Results {
    missed: bool,
}

impl Results {
    /// Prints a value that has a target.
    pub(crate) fn compare(&mut self, name: &str, value: &str, target: &str, met: bool) {
        self.missed |= !met;
        let verdict = if met { "met" } else { "MISSED" };
        println!("{name:<44} {value:>26}  {target:<24} {verdict}");
    }

    /// Prints a value without a target.
    pub(crate) fn report(&mut self, name: &str, value: &str) {
        println!("{name:<44} {value:>26}");
    }

    pub(crate) const fn all_met(&self) -> bool {
        !self.missed
    }
}

/// Repeated measurements of one duration.
#[derive(Default)]
pub(crate) struct Durations(Vec<Duration>);

impl Durations {
    pub(crate) fn add(&mut self, duration: Duration) {
        self.0.push(duration);
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) const fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns a percentile in milliseconds; NaN if there are no measurements.
    pub(crate) fn percentile(&mut self, percent: usize) -> f64 {
        self.0.sort_unstable();
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * percent / 100).map_or(f64::NAN, |duration| duration.as_secs_f64() * 1000.0)
    }

    /// Formats the percentiles 50 and 99: "p50 0.5, p99 4.4 ms".
    pub(crate) fn summary(&mut self) -> String {
        format!("p50 {:.1}, p99 {:.1} ms", self.percentile(50), self.percentile(99))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_do_not_depend_on_the_order_of_the_measurements() {
        let mut durations = Durations::default();
        for ms in (1..=100).rev() {
            durations.add(Duration::from_millis(ms));
        }
        assert_eq!((durations.percentile(50), durations.percentile(99), durations.count()), (50.0, 99.0, 100));
        assert!(Durations::default().percentile(99).is_nan(), "there are no measurements");
    }
}
