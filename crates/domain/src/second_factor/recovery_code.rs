//! Recovery codes: a one-time alternative to a code.

use std::fmt;
use std::str::FromStr;

use super::code::without_gaps;

/// How many an account has.
pub const RECOVERY_CODE_COUNT: usize = 12;
/// Characters of one: 15 × 5 bits are 75.
const LENGTH: usize = 15;
/// Characters of a group, as they are written.
const GROUP: usize = 5;
/// Crockford's Base32: no I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code: 15 characters of Crockford's Base32. It redacts itself.
#[derive(Clone, Copy)]
pub struct RecoveryCode([u8; LENGTH]);

/// The text is no recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a recovery code is three groups of five letters and digits")]
pub struct InvalidRecoveryCode;

impl RecoveryCode {
    /// A code of 75 of these 120 random bits: five of each byte.
    #[must_use]
    pub fn new(entropy: [u8; LENGTH]) -> Self {
        Self(entropy.map(|byte| ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'0')))
    }

    /// As it is written: `7K3MQ-9X2VA-B8NCD`.
    #[must_use]
    pub fn expose(&self) -> String {
        let groups: Vec<String> =
            self.0.chunks(GROUP).map(|group| group.iter().map(|c| char::from(*c)).collect()).collect();
        groups.join("-")
    }
}

/// In constant time.
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

    /// Gaps and case are forgiven, and the letters that people mistake: O is 0, I and L are 1.
    fn from_str(text: &str) -> Result<Self, InvalidRecoveryCode> {
        let characters = without_gaps(text).ok_or(InvalidRecoveryCode)?;
        let read: Option<Vec<u8>> = characters.into_iter().map(character).collect();
        read.and_then(|read| read.try_into().ok()).map(Self).ok_or(InvalidRecoveryCode)
    }
}

fn character(c: char) -> Option<u8> {
    let c = match u8::try_from(c).ok()?.to_ascii_uppercase() {
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
    fn three_groups_of_five() {
        let code = RecoveryCode::new([0, 31, 32, 63, 7, 1, 2, 3, 4, 5, 10, 20, 30, 40, 50]);
        assert_eq!(code.expose(), "0Z0Z7-12345-AMY8J");
    }

    #[test]
    fn what_people_mistake_is_put_right() {
        let code: RecoveryCode = "7K3MQ-9X2VA-B8N01".parse().unwrap();
        for text in ["7k3mq9x2vab8noi", " 7K3MQ – 9X2VA – B8NOL ", "7k3mq\n9x2va\nb8n0l"] {
            assert_eq!(text.parse(), Ok(code), "{text}");
        }
        for text in ["", "7K3MQ-9X2VA", "7K3MQ-9X2VA-B8NCDE", "7K3MQ-9X2VA-B8NCU", "7K3MQ-9X2VA-B8NC!", "ｱ"] {
            assert_eq!(text.parse::<RecoveryCode>(), Err(InvalidRecoveryCode), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_code_survives_its_text(entropy: [u8; LENGTH]) {
            let code = RecoveryCode::new(entropy);
            assert_eq!(code.expose().parse(), Ok(code));
            assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
        }
    }
}
