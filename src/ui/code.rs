//! What counts as a code, whatever people paste around it.

/// How many digits a code has.
pub const CODE_LENGTH: usize = 6;

/// How many characters a recovery code has.
pub const RECOVERY_CODE_LENGTH: usize = 15;

/// The digits of a code out of what was typed or pasted: spaces, hyphens and full-width digits
/// are fine, leading zeros stay. Out of a longer text ("Your code is 123 456, valid for 5
/// minutes") it takes the first group of exactly six digits.
#[must_use]
pub fn clean_code(raw: &str) -> String {
    let whole: String = raw.chars().filter_map(digit).take(CODE_LENGTH).collect();
    raw.split(|c: char| digit(c).is_none() && !is_gap(c))
        .map(|group| group.chars().filter_map(digit).collect::<String>())
        .find(|group| group.len() == CODE_LENGTH)
        .unwrap_or(whole)
}

/// A recovery code as it is stored: Crockford base 32 without its groups, in capitals, with the
/// letters people mistake put right (O is 0, I and L are 1).
#[must_use]
pub fn clean_recovery_code(raw: &str) -> String {
    raw.chars()
        .filter(|c| !is_gap(*c))
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
        // Full-width digits, as Japanese keyboards and some messages give them.
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
        _ => None,
    }
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '\u{200b}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_and_full_width_digits_are_cleaned() {
        for raw in ["123456", "123 456", "123-456", " 12 34 56\n", "１２３４５６", "123\u{2013}456", "123\u{a0}456"]
        {
            assert_eq!(clean_code(raw), "123456", "{raw:?}");
        }
        assert_eq!(clean_code("000 042"), "000042");
    }

    #[test]
    fn a_message_gives_its_code() {
        assert_eq!(clean_code("Your Padlock code is 123456. It works for 5 minutes."), "123456");
        assert_eq!(clean_code("2 new messages: 654-321"), "654321");
        assert_eq!(clean_code("@padlock.example #123456"), "123456");
    }

    #[test]
    fn a_beginning_stays_a_beginning_and_too_much_is_cut() {
        assert_eq!(clean_code("12a3"), "123");
        assert_eq!(clean_code(""), "");
        assert_eq!(clean_code("1234567"), "123456");
    }

    #[test]
    fn recovery_codes_forgive_lookalikes() {
        assert_eq!(clean_recovery_code("abcde-fgh1l-oi234"), "ABCDEFGH110123 4".replace(' ', ""));
        assert_eq!(clean_recovery_code(" 7k3mq 9x2va\u{2013}b8ncd "), "7K3MQ9X2VAB8NCD");
    }
}
