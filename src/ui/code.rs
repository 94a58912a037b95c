//! Normalisation of typed or pasted one-time codes and recovery codes.

/// The number of digits of a one-time code.
pub const CODE_LENGTH: usize = 6;

/// The number of characters of a recovery code, without its separators.
pub const RECOVERY_CODE_LENGTH: usize = 15;

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

/// Returns a recovery code in the form in which it is stored: Crockford base 32, upper case, without separators. O
/// becomes 0, I and L become 1.
#[must_use]
pub fn clean_recovery_code(raw: &str) -> String {
    raw.chars()
        .filter(|c| !is_separator(*c))
        .filter_map(|c| digit(c).or_else(|| c.is_ascii_alphanumeric().then_some(c)))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        // Full-width digits, which Japanese keyboards produce.
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
        _ => None,
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '\u{200b}' | '\u{feff}')
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
    fn lookalike_letters_of_recovery_codes_become_digits() {
        assert_eq!(clean_recovery_code("abcde-fgh1l-oi234"), "ABCDEFGH110123 4".replace(' ', ""));
        assert_eq!(clean_recovery_code(" 7k3mq 9x2va\u{2013}b8ncd "), "7K3MQ9X2VAB8NCD");
    }
}
