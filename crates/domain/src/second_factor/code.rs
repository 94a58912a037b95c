//! One-time codes of six digits.

use std::fmt;
use std::str::FromStr;

use super::code_text::{ascii_digit, is_separator, parse_code_text};

/// The number of digits of a code.
pub const CODE_DIGITS: usize = 6;

/// A one-time code: exactly six digits. Its `Debug` output is redacted.
#[derive(Clone, Copy)]
pub struct Code([u8; CODE_DIGITS]);

/// The error returned for text that is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code is six digits")]
pub struct InvalidCode;

impl Code {
    /// Creates a uniformly distributed random code.
    ///
    /// Returns `None` for about one in 4000 inputs, which would bias the distribution. The caller then retries with new
    /// entropy.
    #[must_use]
    pub fn random(entropy: [u8; 4]) -> Option<Self> {
        const CODES: u32 = 1_000_000;
        let number = u32::from_be_bytes(entropy);
        let unbiased = number < u32::MAX - u32::MAX % CODES;
        unbiased.then(|| Self::from_number(number % CODES))
    }

    /// Returns the digits, for a message to the account's owner.
    #[must_use]
    pub fn expose(&self) -> String {
        self.0.iter().map(|digit| char::from(*digit)).collect()
    }

    pub(crate) fn from_token(token: &totp_rs::Token) -> Self {
        // totp-rs exposes the number only as text.
        Self::from_number(token.to_string().parse().unwrap_or_default())
    }

    fn from_number(mut number: u32) -> Self {
        let mut digits = [b'0'; CODE_DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit += u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
        Self(digits)
    }
}

/// Compares in constant time, so that the duration does not reveal how many digits match.
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

    /// Parses a code. Spaces, hyphens and the marker of a list item are ignored, and full-width digits are accepted.
    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        parse_code_text(text, parse_digits).map(Self).ok_or(InvalidCode)
    }
}

fn parse_digits(text: &str) -> Option<[u8; CODE_DIGITS]> {
    let digits = text.chars().filter(|c| !is_separator(*c));
    let digits: Option<Vec<u8>> = digits.map(|c| u8::try_from(ascii_digit(c)?).ok()).collect();
    digits?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_full_width_digits_are_accepted() {
        for text in [
            "042917",
            " 042 917\n",
            "042-917",
            "０４２９１７",
            "0\u{a0}4 2–9 1 7",
            "\u{feff}042917",
            " 1. 042917",
            "• 042 917.",
        ] {
            assert_eq!(text.parse::<Code>().unwrap().expose(), "042917", "{text:?}");
        }
    }

    #[test]
    fn random_codes_are_unbiased_and_keep_leading_zeros() {
        assert_eq!(Code::random(42_u32.to_be_bytes()).unwrap().expose(), "000042");
        assert_eq!(Code::random(1_999_999_u32.to_be_bytes()).unwrap().expose(), "999999");
        assert_eq!(Code::random([255; 4]), None);
    }

    proptest::proptest! {
        #[test]
        fn accepted_text_parses_to_the_same_code_again(text in ".{0,40}") {
            if let Ok(code) = text.parse::<Code>() {
                assert_eq!(code.expose().parse::<Code>(), Ok(code));
            }
        }
    }
}
