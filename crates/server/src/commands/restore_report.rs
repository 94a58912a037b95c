//! What a restore reports: at the terminal, and for later.

use super::output::print_line;

/// The lines that a restore has reported.
#[derive(Debug, Default)]
pub(super) struct RestoreReport(String);

impl RestoreReport {
    /// Prints a line and keeps it.
    pub(super) fn line(&mut self, line: &str) {
        print_line(line);
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// Returns every line.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}
