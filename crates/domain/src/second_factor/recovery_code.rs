//! Recovery codes: single-use alternatives to a code of the second factor.

use std::fmt;
use std::str::FromStr;

use super::code_text::{ascii_digit, is_separator, parse_code_text};

/// The number of recovery codes of an account.
pub const RECOVERY_CODE_COUNT: usize = 12;
/// 75 bits at 5 bits per character.
const CODE_CHARS: usize = 15;
const GROUP_CHARS: usize = 5;
/// Crockford's Base32, without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code: 15 characters of Crockford's Base32. Its `Debug` output is redacted.
#[derive(Clone, Copy)]
pub struct RecoveryCode([u8; CODE_CHARS]);

/// The error returned for text that is not a recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a recovery code is three groups of five letters and digits")]
pub struct InvalidRecoveryCode;

impl RecoveryCode {
    /// Creates a code from random bytes. It uses five bits of each.
    #[must_use]
    pub fn new(entropy: [u8; CODE_CHARS]) -> Self {
        Self(entropy.map(|byte| ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'0')))
    }

    /// Returns the code as it is displayed, such as `7K3MQ-9X2VA-B8NCD`.
    #[must_use]
    pub fn expose(&self) -> String {
        let groups: Vec<String> =
            self.0.chunks(GROUP_CHARS).map(|group| group.iter().map(|c| char::from(*c)).collect()).collect();
        groups.join("-")
    }
}

/// Compares in constant time.
impl PartialEq for RecoveryCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }
}

impl Eq for RecoveryCode {}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

impl FromStr for RecoveryCode {
    type Err = InvalidRecoveryCode;

    /// Parses a code. Separators, case and the marker of a list item are ignored; O is read as 0, I and L as 1.
    fn from_str(text: &str) -> Result<Self, InvalidRecoveryCode> {
        parse_code_text(text, parse_chars).map(Self).ok_or(InvalidRecoveryCode)
    }
}

fn parse_chars(text: &str) -> Option<[u8; CODE_CHARS]> {
    let characters = text.chars().filter(|c| !is_separator(*c));
    characters.map(parse_char).collect::<Option<Vec<u8>>>()?.try_into().ok()
}

fn parse_char(c: char) -> Option<u8> {
    let c = match u8::try_from(ascii_digit(c).unwrap_or(c)).ok()?.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET.contains(&c).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_displayed_in_three_groups_of_five() {
        let code = RecoveryCode::new([0, 31, 32, 63, 7, 1, 2, 3, 4, 5, 10, 20, 30, 40, 50]);
        assert_eq!(code.expose(), "0Z0Z7-12345-AMY8J");
    }

    #[test]
    fn ambiguous_letters_are_accepted() {
        let code: RecoveryCode = "7K3MQ-9X2VA-B8N01".parse().unwrap();
        for text in ["7k3mq9x2vab8noi", " 7K3MQ – 9X2VA – B8NOL ", "7k3mq\n9x2va\nb8n0l"] {
            assert_eq!(text.parse(), Ok(code), "{text}");
        }
        for text in ["", "7K3MQ-9X2VA", "7K3MQ-9X2VA-B8NCDE", "7K3MQ-9X2VA-B8NCU", "7K3MQ-9X2VA-B8NC!", "ｱ"] {
            assert_eq!(text.parse::<RecoveryCode>(), Err(InvalidRecoveryCode), "{text}");
        }
    }

    #[test]
    fn a_line_of_a_list_is_accepted() {
        let code: RecoveryCode = "9E6RW-KTCMZ-0H0G3".parse().unwrap();
        for line in [
            " 1. 9E6RW-KTCMZ-0H0G3",
            "12. 9E6RW-KTCMZ-0H0G3\r\n",
            "3) 9e6rw ktcmz 0h0g3",
            "• 9E6RW-KTCMZ-0H0G3",
            "- `9E6RW-KTCMZ-0H0G3`,",
            "\u{200e}\u{2068}9E6RW\u{2011}KTCMZ\u{2011}0H0G3\u{2069}",
            "“9E6RW-KTCMZ-0H0G3”.",
            " 2. 9E6RW-KTCMZ-0H0G3 (used)",
            "９E６RW-KTCMZ-0H0G３",
        ] {
            assert_eq!(line.parse(), Ok(code), "{line:?}");
        }
        for line in ["123. 9E6RW-KTCMZ-0H0G3", "1. 2. 9E6RW-KTCMZ-0H0G3", "1 9E6RW-KTCMZ-0H0G3", "9E6RW-KTCMZ-0H0G3 x"]
        {
            assert_eq!(line.parse::<RecoveryCode>(), Err(InvalidRecoveryCode), "{line:?}");
        }
        let first_is_a_number: RecoveryCode = "12345-KTCMZ-0H0G3".parse().unwrap();
        assert_eq!("12345 KTCMZ 0H0G3".parse(), Ok(first_is_a_number), "no number of a list");
    }

    proptest::proptest! {
        #[test]
        fn a_code_parses_from_its_text(entropy: [u8; CODE_CHARS]) {
            let code = RecoveryCode::new(entropy);
            assert_eq!(code.expose().parse(), Ok(code));
            assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
        }
    }
}
