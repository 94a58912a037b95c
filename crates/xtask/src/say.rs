//! The plain lines a person reads while something runs.

use std::io::{IsTerminal, Write, stdout};
use std::time::Duration;

/// A step begins.
pub(crate) fn step(words: &str) {
    clear_line();
    println!("{words}");
}

/// A line that belongs to the step above it.
pub(crate) fn detail(words: &str) {
    clear_line();
    println!("  {words}");
}

/// Progress: one moving line at a terminal; elsewhere the caller decides how
/// often a line is worth it.
pub(crate) fn progress(words: &str) {
    if moving() {
        let short: String = words.chars().take(100).collect();
        print!("\r\x1b[K  {short}");
        let _ = stdout().flush();
    } else {
        println!("  {words}");
    }
}

/// Whether progress may overwrite itself.
pub(crate) fn moving() -> bool {
    stdout().is_terminal()
}

/// "4 min 7 s", "12 s", "0.4 s".
pub(crate) fn time(spent: Duration) -> String {
    let seconds = spent.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", spent.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

fn clear_line() {
    if moving() {
        print!("\r\x1b[K");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_a_person_says_them() {
        assert_eq!(time(Duration::from_millis(420)), "0.4 s");
        assert_eq!(time(Duration::from_secs(12)), "12 s");
        assert_eq!(time(Duration::from_secs(247)), "4 min 7 s");
    }
}
