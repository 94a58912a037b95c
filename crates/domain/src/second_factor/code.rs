//! Codes as people type them.

use std::fmt;
use std::str::FromStr;

/// Six digits.
pub const DIGITS: usize = 6;
/// Longer than any code with whatever stands between its characters; the rest is not even read.
const MOST_CHARS: usize = 64;

/// A one-time code: exactly six digits. It redacts itself.
#[derive(Clone, Copy)]
pub struct Code([u8; DIGITS]);

/// The text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code is six digits")]
pub struct InvalidCode;

impl Code {
    /// A code of random digits, each of the million equally likely.
    ///
    /// `None` for one entropy in about four thousand, which would favour small numbers: ask again.
    #[must_use]
    pub fn random(entropy: [u8; 4]) -> Option<Self> {
        const ALL: u32 = 1_000_000;
        let number = u32::from_be_bytes(entropy);
        let fair = number < u32::MAX - u32::MAX % ALL;
        fair.then(|| Self::of(number % ALL))
    }

    /// The digits, for a message to their owner.
    #[must_use]
    pub fn expose(&self) -> String {
        self.0.iter().map(|digit| char::from(*digit)).collect()
    }

    pub(crate) fn from_token(token: &totp_rs::Token) -> Self {
        // The library gives its number only as text.
        Self::of(token.to_string().parse().unwrap_or_default())
    }

    fn of(mut number: u32) -> Self {
        let mut digits = [b'0'; DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit += u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
        Self(digits)
    }
}

/// In constant time: how many digits are right must not show.
impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }
}

impl Eq for Code {}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl FromStr for Code {
    type Err = InvalidCode;

    /// Spaces, hyphens and full-width digits are forgiven; leading zeros stay.
    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        let digits = without_gaps(text).ok_or(InvalidCode)?;
        let digits: Option<Vec<u8>> = digits.into_iter().map(digit).collect();
        digits.and_then(|digits| digits.try_into().ok()).map(Self).ok_or(InvalidCode)
    }
}

/// The characters that count, or nothing when there are too many to be a code.
pub(super) fn without_gaps(text: &str) -> Option<Vec<char>> {
    // A character is four bytes at most, so a longer text is refused before it is walked through.
    if text.len() > MOST_CHARS * 4 {
        return None;
    }
    Some(text.chars().filter(|c| !is_gap(*c)).collect())
}

/// What stands between characters and means nothing: spaces, every kind of hyphen, invisible marks.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '\u{200b}' | '\u{feff}')
}

fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => u8::try_from(c).ok(),
        // Full-width digits, as Japanese keyboards give them.
        '\u{ff10}'..='\u{ff19}' => u8::try_from(u32::from(c) - 0xff10).ok().map(|n| n + b'0'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste() {
        for text in ["042917", " 042 917\n", "042-917", "０４２９１７", "0\u{a0}4 2–9 1 7", "\u{feff}042917"] {
            assert_eq!(text.parse::<Code>().unwrap().expose(), "042917", "{text:?}");
        }
    }

    #[test]
    fn random_codes_are_fair_and_keep_their_zeros() {
        assert_eq!(Code::random(42_u32.to_be_bytes()).unwrap().expose(), "000042");
        assert_eq!(Code::random(1_999_999_u32.to_be_bytes()).unwrap().expose(), "999999");
        assert_eq!(Code::random([255; 4]), None);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_is_a_code_or_refused(text in ".{0,40}") {
            if let Ok(code) = text.parse::<Code>() {
                assert_eq!(code.expose().parse::<Code>(), Ok(code));
            }
        }
    }
}
