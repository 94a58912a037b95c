//! The measured values and their targets.

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
