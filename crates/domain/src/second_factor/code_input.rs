//! The input of the **Code** field.

use std::str::FromStr;

use super::code::Code;
use super::recovery_code::RecoveryCode;

/// A code or a recovery code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeInput {
    /// A code of six digits.
    Code(Code),
    /// A recovery code.
    RecoveryCode(RecoveryCode),
}

/// The error returned for text that is neither a code nor a recovery code.
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
    fn other_text_is_rejected() {
        let long = "1".repeat(10_000);
        let spaced = " ".repeat(10_000) + "123456";
        for text in ["", "12345", "1234567", "12345a", "+12345", "123.456", "١٢٣٤٥٦", &long, &spaced] {
            assert!(text.parse::<CodeInput>().is_err(), "{:?}", &text[..text.len().min(20)]);
        }
    }

    #[test]
    fn codes_and_recovery_codes_are_accepted() {
        assert!(matches!("123 456".parse(), Ok(CodeInput::Code(_))));
        assert!(matches!("7k3mq-9x2va-b8ncd".parse(), Ok(CodeInput::RecoveryCode(_))));
    }

    #[test]
    fn the_debug_output_of_a_code_is_redacted() {
        assert_eq!(format!("{:?}", "123456".parse::<CodeInput>().unwrap()), "Code(Code(…))");
    }
}
