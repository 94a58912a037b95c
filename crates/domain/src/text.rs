//! Characters that cannot be seen: two names that look the same must be the same.

use unicode_properties::{GeneralCategory, UnicodeEmoji, UnicodeGeneralCategory};

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// The error returned for a name with a character that cannot be seen: the first one. Its message is part of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the invisible character U+{:04X}", u32::from(*.0))]
pub struct InvisibleCharacter(pub char);

/// Returns an error if a name contains a control character, a character without a width, a bidirectional control or a
/// line separator.
///
/// Joiners and variation selectors are allowed where they change what is displayed: inside a word of a script without
/// upper case (Persian, Hindi), and inside an emoji.
///
/// # Errors
/// Returns the first character that is not allowed.
pub fn require_visible(name: &str) -> Result<(), InvisibleCharacter> {
    let mut previous = None;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        let allowed = match character {
            ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER => {
                previous.is_some_and(joins) && characters.peek().copied().is_some_and(joins)
            }
            _ if is_variation_selector(character) => previous.is_some_and(has_variants),
            _ => !is_invisible(character),
        };
        if !allowed {
            return Err(InvisibleCharacter(character));
        }
        previous = Some(character);
    }
    Ok(())
}

/// Returns whether a character cannot be seen, or changes the direction of the text around it. Joiners and variation
/// selectors are among them.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator};
    // The marks and letters that have no appearance (`Default_Ignorable_Code_Point` of Unicode): the grapheme joiner, the
    // fillers of Hangul, and two vowels of Khmer.
    matches!(
        character,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{3164}' | '\u{ffa0}'
    ) || is_variation_selector(character)
        || matches!(character.general_category(), Control | Format | LineSeparator | ParagraphSeparator)
        // Reserved for characters of this kind.
        || matches!(character, '\u{2065}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Returns whether a joiner beside the character can have an effect. Scripts with upper case have no joined forms.
fn joins(character: char) -> bool {
    use GeneralCategory::{NonspacingMark, OtherLetter, SpacingMark};
    let letter = matches!(character.general_category(), OtherLetter | NonspacingMark | SpacingMark);
    is_emoji(character) || character == '\u{fe0f}' || letter && !is_invisible(character)
}

/// Returns whether Unicode defines variants for characters of this kind: emoji, symbols and ideographs.
fn has_variants(character: char) -> bool {
    use GeneralCategory::{MathSymbol, OtherLetter, OtherSymbol};
    is_emoji(character)
        || !character.is_ascii() && matches!(character.general_category(), MathSymbol | OtherLetter | OtherSymbol)
}

fn is_emoji(character: char) -> bool {
    // Digits are emoji too, as the first characters of keycaps.
    !character.is_ascii() && character.is_emoji_char() && !is_invisible(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REFUSED: &[(u32, u32)] = &[
        (0x00, 0x1f),
        (0x7f, 0x9f),
        (0xad, 0xad),
        (0x34f, 0x34f),
        (0x61c, 0x61c),
        (0x115f, 0x1160),
        (0x180e, 0x180e),
        (0x200b, 0x200f),
        (0x2028, 0x202e),
        (0x2060, 0x206f),
        (0x3164, 0x3164),
        (0xfe00, 0xfe0f),
        (0xfeff, 0xfeff),
        (0xffa0, 0xffa0),
        (0xfff9, 0xfffb),
        (0xe0000, 0xe007f),
    ];

    fn refused() -> impl Iterator<Item = char> {
        REFUSED.iter().flat_map(|(first, last)| *first..=*last).filter_map(char::from_u32)
    }

    #[test]
    fn characters_that_cannot_be_seen_are_refused_wherever_they_are() {
        for character in refused() {
            for name in [
                format!("{character}shop"),
                format!("sh{character}op"),
                format!("shop{character}"),
                format!("1.{character}0"),
                format!("a {character} b"),
                format!("ö{character}ö"),
                character.to_string(),
            ] {
                assert_eq!(require_visible(&name), Err(InvisibleCharacter(character)), "{name:?}");
            }
        }
    }

    #[test]
    fn names_in_any_script_are_allowed() {
        for name in [
            "",
            "Größe 2",
            "Ζωή",
            "Żółć e\u{301}",
            "متجر",
            "חנות",
            "شاپ ۱",
            "दुकान",
            "商店",
            "お店",
            "가게",
            "ร้าน",
            "Ерёма",
            "🛒",
            "1.0.0+build.7",
            "a b",
            "a\u{a0}b",
        ] {
            assert_eq!(require_visible(name), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn joiners_are_allowed_where_they_change_what_is_displayed() {
        for name in [
            "می\u{200c}خواهم",
            "ක්\u{200d}ෂ",
            "র\u{200d}্য",
            "👩\u{200d}💻",
            "👩🏽\u{200d}💻",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f}\u{200d}🔥",
            "葛\u{e0100}",
        ] {
            assert_eq!(require_visible(name), Ok(()), "{name:?}");
        }
        for joiner in [ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER] {
            for (before, after) in [
                ("", "می"),
                ("می", ""),
                ("می ", "خ"),
                ("می", " خ"),
                ("می", "x"),
                ("1.", "0"),
                ("é", "é"),
                ("и", "и"),
                ("👩", "x"),
                ("می\u{200c}", "خ"),
            ] {
                let name = format!("{before}{joiner}{after}");
                assert!(require_visible(&name).is_err(), "{name:?}");
            }
        }
        for name in ["a\u{fe0f}", "1\u{fe0f}", "❤\u{fe0f}\u{fe0f}", "\u{fe0f}❤", "é\u{e0100}"] {
            assert!(require_visible(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_error_names_the_character() {
        let message = |name| require_visible(name).unwrap_err().to_string();
        assert!(message("a\u{200b}").contains("U+200B"));
        assert!(message("a\t").contains("U+0009"));
        assert!(message("a\u{e0041}").contains("U+E0041"));
    }

    proptest! {
        /// Without what is allowed only beside certain characters, the answer depends on each character alone.
        #[test]
        fn a_name_is_refused_exactly_if_a_character_of_it_is(name in "\\PC{0,12}[\\u{0}-\\u{ffff}]{0,6}") {
            let contextual = |c| matches!(c, ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER) || is_variation_selector(c);
            prop_assume!(!name.contains(contextual));
            prop_assert_eq!(require_visible(&name).is_err(), name.contains(is_invisible));
        }

        #[test]
        fn an_invisible_character_is_found_in_any_ascii_name(
            before in "[ -~]{0,8}",
            character in proptest::sample::select(refused().collect::<Vec<_>>()),
            after in "[ -~]{0,8}",
        ) {
            let name = format!("{before}{character}{after}");
            prop_assert_eq!(require_visible(&name), Err(InvisibleCharacter(character)));
        }
    }
}
