//! Prints the findings of a check.

use crate::terminal;
use anyhow::{Result, ensure};

/// Prints each finding, and fails if there is any.
pub(super) fn report(findings: &[String]) -> Result<()> {
    for finding in findings {
        terminal::detail(finding);
    }
    ensure!(findings.is_empty(), "{} findings", findings.len());
    Ok(())
}
