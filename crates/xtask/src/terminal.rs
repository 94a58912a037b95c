//! Prints what xtask is doing.

use std::io::{IsTerminal, Write, stdout};
use std::time::Duration;

/// Prints the title of a step.
pub(crate) fn step(title: &str) {
    clear_line();
    println!("{title}");
}

/// Prints a line that belongs to the current step.
pub(crate) fn detail(text: &str) {
    clear_line();
    println!("  {text}");
}

/// Prints progress. On a terminal it replaces the progress printed before.
pub(crate) fn progress(text: &str) {
    if is_interactive() {
        let short: String = text.chars().take(100).collect();
        print!("\r\x1b[K  {short}");
        let _ = stdout().flush();
    } else {
        println!("  {text}");
    }
}

/// Returns whether the output is a terminal, where a line can be overwritten.
pub(crate) fn is_interactive() -> bool {
    stdout().is_terminal()
}

/// Formats a duration: "4 min 7 s", "12 s", "0.4 s".
pub(crate) fn format_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

fn clear_line() {
    if is_interactive() {
        print!("\r\x1b[K");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rounded_to_what_a_reader_needs() {
        assert_eq!(format_duration(Duration::from_millis(420)), "0.4 s");
        assert_eq!(format_duration(Duration::from_secs(12)), "12 s");
        assert_eq!(format_duration(Duration::from_secs(247)), "4 min 7 s");
    }
}
