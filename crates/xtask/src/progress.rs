//! Reads cargo's progress bar out of its output.

/// How far a build is: `done` of `all` crates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) done: u32,
    pub(crate) all: u32,
}

/// Reads `    Building [=====>     ] 12/34: serde, syn`.
pub(crate) fn read(line: &str) -> Option<Progress> {
    let (_, rest) = line.trim().strip_prefix("Building")?.split_once(']')?;
    let numbers = rest.split(':').next()?;
    let (done, all) = numbers.trim().split_once('/')?;
    Some(Progress { done: done.parse().ok()?, all: all.parse().ok()? })
}

/// Lines that say only that cargo is busy: no help when a build fails.
pub(crate) fn is_chatter(line: &str) -> bool {
    const WORDS: [&str; 10] = [
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
    line.is_empty() || WORDS.iter().any(|word| line.starts_with(word)) || read(line).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_read() {
        let bar = "    Building [=====>     ] 12/34: serde, syn";
        assert_eq!(read(bar), Some(Progress { done: 12, all: 34 }));
    }

    #[test]
    fn other_lines_are_not_bars() {
        assert_eq!(read("   Compiling serde v1.0.0"), None);
        assert_eq!(read("error: Building [ nothing"), None);
    }

    #[test]
    fn errors_are_kept() {
        assert!(is_chatter("   Compiling serde v1.0.0"));
        assert!(!is_chatter("error[E0425]: cannot find value"));
    }
}
