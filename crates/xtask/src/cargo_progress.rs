//! Parses the progress that cargo prints.

/// The number of crates that a build has compiled so far, and of all its crates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) done: u32,
    pub(crate) total: u32,
}

/// Parses a progress bar: `    Building [=====>     ] 12/34: serde, syn`.
pub(crate) fn parse(line: &str) -> Option<Progress> {
    let (_, rest) = line.trim().strip_prefix("Building")?.split_once(']')?;
    let numbers = rest.split(':').next()?;
    let (done, total) = numbers.trim().split_once('/')?;
    Some(Progress { done: done.parse().ok()?, total: total.parse().ok()? })
}

/// Returns whether a line only reports that cargo is working, and so does not help to understand a failure.
pub(crate) fn is_status(line: &str) -> bool {
    const STATUSES: [&str; 10] = [
        "Compiling",
        "Checking",
        "Downloading",
        "Downloaded",
        "Updating",
        "Locking",
        "Fetching",
        "Blocking",
        "Fresh",
        "Adding",
    ];
    let line = line.trim_start();
    line.is_empty() || STATUSES.iter().any(|status| line.starts_with(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_bars_are_parsed() {
        let bar = "    Building [=====>     ] 12/34: serde, syn";
        assert_eq!(parse(bar), Some(Progress { done: 12, total: 34 }));
    }

    #[test]
    fn other_lines_are_not_progress_bars() {
        assert_eq!(parse("   Compiling serde v1.0.0"), None);
        assert_eq!(parse("error: Building [ nothing"), None);
    }

    #[test]
    fn errors_are_not_status_lines() {
        assert!(is_status("   Compiling serde v1.0.0"));
        assert!(!is_status("error[E0425]: cannot find value"));
    }
}
