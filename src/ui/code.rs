//! Normalisation of typed or pasted one-time codes and recovery codes.

use padlock_contract::second_factor::code_text::{RecoveryCode, ascii_digit as digit, is_separator};

/// The number of digits of a one-time code.
pub const CODE_LENGTH: usize = 6;

/// Returns the digits of a one-time code in a typed or pasted text, at most [`CODE_LENGTH`]. Spaces, hyphens and
/// full-width digits are accepted. In a longer text ("Your code is 123 456, valid for 5 minutes") the first group of
/// exactly six digits is the code.
#[must_use]
pub fn clean_code(raw: &str) -> String {
    let leading_digits: String = raw.chars().filter_map(digit).take(CODE_LENGTH).collect();
    raw.split(|c: char| digit(c).is_none() && !is_separator(c))
        .map(|group| group.chars().filter_map(digit).collect::<String>())
        .find(|group| group.len() == CODE_LENGTH)
        .unwrap_or(leading_digits)
}

/// Returns a recovery code in the form in which it is displayed, or `None` if the text is no complete code. A line of the
/// sheet of recovery codes, with its number, is accepted.
#[must_use]
pub fn clean_recovery_code(raw: &str) -> Option<String> {
    raw.parse::<RecoveryCode>().ok().map(|code| code.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_removed_and_full_width_digits_converted() {
        for raw in ["123456", "123 456", "123-456", " 12 34 56\n", "１２３４５６", "123\u{2013}456", "123\u{a0}456"]
        {
            assert_eq!(clean_code(raw), "123456", "{raw:?}");
        }
        assert_eq!(clean_code("000 042"), "000042");
    }

    #[test]
    fn the_code_in_a_message_is_found() {
        assert_eq!(clean_code("Your Padlock code is 123456. It works for 5 minutes."), "123456");
        assert_eq!(clean_code("2 new messages: 654-321"), "654321");
        assert_eq!(clean_code("@padlock.example #123456"), "123456");
    }

    #[test]
    fn an_incomplete_code_is_kept_and_excess_digits_are_cut_off() {
        assert_eq!(clean_code("12a3"), "123");
        assert_eq!(clean_code(""), "");
        assert_eq!(clean_code("1234567"), "123456");
    }

    #[test]
    fn a_recovery_code_is_cleaned_and_must_be_complete() {
        let clean = |raw: &str| clean_recovery_code(raw);
        assert_eq!(clean("abcde-fgh1l-oi234").as_deref(), Some("ABCDE-FGH11-01234"));
        assert_eq!(clean(" 1. 9e6rw ktcmz 0h0g3 ").as_deref(), Some("9E6RW-KTCMZ-0H0G3"));
        assert_eq!(clean("abcde-fgh1l"), None);
    }
}
