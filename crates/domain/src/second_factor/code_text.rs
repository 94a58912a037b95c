//! What people type or paste around the characters of a code.

/// Longer than any code with its separators and list marker, in bytes.
pub(super) const MAX_INPUT_BYTES: usize = 256;
/// What a list of recovery codes appends to a used one.
const USED_SUFFIX: &str = "used";

/// Returns whether a character separates groups of a code or cannot be seen: spaces, all kinds of hyphens, characters
/// without a width and bidirectional controls.
#[must_use]
pub fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Returns the ASCII digit for a digit, also for a full-width one, as Japanese keyboards type them.
#[must_use]
pub fn ascii_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
        _ => None,
    }
}

/// Parses a code as it is or, failing that, as a line of a list: without its bullet or number, quotes and full stops.
pub(super) fn parse_code_text<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    // Long text is rejected without reading it.
    if text.len() > MAX_INPUT_BYTES {
        return None;
    }
    parse(text).or_else(|| parse(list_item(text)))
}

/// Returns the content of a line of a list, such as `9E6RW-KTCMZ-0H0G3` for ` 1. 9E6RW-KTCMZ-0H0G3 (used)`.
fn list_item(line: &str) -> &str {
    let line = line.trim_matches(is_mark);
    let line = line.strip_suffix(USED_SUFFIX).unwrap_or(line);
    without_number(line).trim_matches(is_mark)
}

/// Removes the number of a list item: one or two digits, followed by `.`, `)` or `:`.
fn without_number(line: &str) -> &str {
    let rest = line.trim_start_matches(|c| ascii_digit(c).is_some());
    let digits = line.chars().count() - rest.chars().count();
    let is_number = matches!(digits, 1 | 2) && rest.starts_with(['.', ')', ':']);
    if is_number { rest } else { line }
}

/// Returns whether a character may stand before or after a code: separators, bullets, quotes, brackets and punctuation.
fn is_mark(c: char) -> bool {
    const BULLETS: [char; 9] =
        ['*', '#', '\u{b7}', '\u{2022}', '\u{2023}', '\u{25aa}', '\u{25cf}', '\u{25e6}', '\u{2043}'];
    const QUOTES: [char; 11] =
        ['"', '\'', '`', '\u{ab}', '\u{bb}', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201c}', '\u{201d}', '\u{201e}'];
    const PUNCTUATION: [char; 9] = ['.', ',', ';', ':', '(', ')', '[', ']', '|'];
    is_separator(c) || BULLETS.contains(&c) || QUOTES.contains(&c) || PUNCTUATION.contains(&c)
}
