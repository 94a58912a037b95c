//! Measured durations and their percentiles.

use std::time::Duration;

/// Repeated measurements of one duration.
#[derive(Debug, Default)]
pub struct Durations(Vec<Duration>);

impl Durations {
    /// Adds a measurement.
    pub fn add(&mut self, duration: Duration) {
        self.0.push(duration);
    }

    /// Adds all measurements of `other`.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Returns the number of measurements.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns a percentile, if there are measurements.
    pub fn percentile(&mut self, percent: usize) -> Option<Duration> {
        self.0.sort_unstable();
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * percent / 100).copied()
    }

    /// Returns a percentile in milliseconds; NaN if there are no measurements.
    pub fn percentile_millis(&mut self, percent: usize) -> f64 {
        self.percentile(percent).map_or(f64::NAN, |duration| duration.as_secs_f64() * 1000.0)
    }

    /// Formats the percentiles 50 and 99: "p50 0.5, p99 4.4 ms".
    pub fn summary(&mut self) -> String {
        format!("p50 {:.1}, p99 {:.1} ms", self.percentile_millis(50), self.percentile_millis(99))
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
        let percentiles = [50, 99].map(|percent| durations.percentile_millis(percent));
        assert_eq!((percentiles, durations.count()), ([50.0, 99.0], 100));
        assert!(Durations::default().percentile_millis(99).is_nan(), "there are no measurements");
    }
}
