//! Figures beside their targets, a line each, told as they come.

use std::time::Duration;

/// Keeps whether every target was met.
#[derive(Default)]
pub(crate) struct Table {
    missed: bool,
}

impl Table {
    /// A figure that has a target: how the target is worded, and whether it was met.
    pub(crate) fn held(&mut self, name: &str, figure: &str, target: &str, met: bool) {
        self.missed |= !met;
        let verdict = if met { "met" } else { "MISSED" };
        println!("{name:<44} {figure:>26}  {target:<24} {verdict}");
    }

    /// A figure to know.
    pub(crate) fn told(&mut self, name: &str, figure: &str) {
        println!("{name:<44} {figure:>26}");
    }

    pub(crate) const fn all_met(&self) -> bool {
        !self.missed
    }
}

/// Times of the same thing, to be read by their percentiles.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) const fn many(&self) -> usize {
        self.0.len()
    }

    /// In milliseconds, what this share (in percent) of them stays within.
    pub(crate) fn percentile(&mut self, percent: usize) -> f64 {
        self.0.sort_unstable();
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * percent / 100).map_or(f64::NAN, |took| took.as_secs_f64() * 1000.0)
    }

    /// "p50 0.5, p99 4.4 ms".
    pub(crate) fn words(&mut self) -> String {
        format!("p50 {:.1}, p99 {:.1} ms", self.percentile(50), self.percentile(99))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_times() {
        let mut times = Times::default();
        for ms in (1..=100).rev() {
            times.add(Duration::from_millis(ms));
        }
        assert_eq!((times.percentile(50), times.percentile(99), times.many()), (50.0, 99.0, 100));
        assert!(Times::default().percentile(99).is_nan(), "there is none of nothing");
    }
}
