//! What a person types into the single **Code** field.

use std::str::FromStr;

use super::code::Code;
use super::recovery_code::RecoveryCode;

/// What one field takes: a code or a recovery code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeInput {
    /// Six digits.
    Code(Code),
    /// A recovery code.
    RecoveryCode(RecoveryCode),
}

/// The text is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A code is six digits. A recovery code is three groups of five letters and digits.")]
pub struct InvalidCodeInput;

impl FromStr for CodeInput {
    type Err = InvalidCodeInput;

    fn from_str(text: &str) -> Result<Self, InvalidCodeInput> {
        text.parse().map(Self::Code).or_else(|_| text.parse().map(Self::RecoveryCode)).map_err(|_| InvalidCodeInput)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_code() {
        let long = "1".repeat(10_000);
        let spaced = " ".repeat(10_000) + "123456";
        for text in ["", "12345", "1234567", "12345a", "+12345", "123.456", "١٢٣٤٥٦", &long, &spaced] {
            assert!(text.parse::<CodeInput>().is_err(), "{:?}", &text[..text.len().min(20)]);
        }
    }

    #[test]
    fn one_field_takes_both() {
        assert!(matches!("123 456".parse(), Ok(CodeInput::Code(_))));
        assert!(matches!("7k3mq-9x2va-b8ncd".parse(), Ok(CodeInput::RecoveryCode(_))));
    }

    #[test]
    fn a_code_never_shows_itself() {
        assert_eq!(format!("{:?}", "123456".parse::<CodeInput>().unwrap()), "Code(Code(…))");
    }
}
