//! What people and packages send, of any bytes: the corpora in `__fuzz__`, and some thousand random ones each.
//! `cargo bolero test` goes on for as long as it is let (CONTRIBUTING.md).

use padlock_domain::package::Manifest;
use padlock_domain::second_factor::{Code, RecoveryCode};

/// What is read as a code is written as six digits, and is the same code read again.
#[test]
fn code() {
    bolero::check!(name = "code").with_iterations(50_000).for_each(|bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(code) = text.parse::<Code>() {
            let written = code.expose();
            assert!(written.len() == 6 && written.bytes().all(|byte| byte.is_ascii_digit()), "{written}");
            assert_eq!(written.parse::<Code>(), Ok(code));
        }
        if let Ok(code) = text.parse::<RecoveryCode>() {
            let written = code.expose();
            assert_eq!(written.parse::<RecoveryCode>(), Ok(code), "{written}");
            assert!(text.parse::<Code>().is_err(), "{text} is both");
        }
    });
}

/// A manifest is read or refused in words that fit on a page.
#[test]
fn manifest() {
    bolero::check!(name = "manifest").with_iterations(50_000).for_each(|bytes: &[u8]| match Manifest::parse(bytes) {
        Ok(manifest) => assert!(!manifest.version.is_empty() && !manifest.runtime_version.is_empty()),
        Err(refusal) => assert!(refusal.to_string().chars().count() < 1_000, "{refusal}"),
    });
}
