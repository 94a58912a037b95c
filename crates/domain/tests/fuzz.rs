//! Fuzz tests of the parsers, with the corpora in `__fuzz__` and random inputs. `cargo bolero test` runs them longer
//! (CONTRIBUTING.md).

use padlock_domain::Manifest;
use padlock_domain::second_factor::{Code, RecoveryCode};

/// An accepted code consists of six digits and parses to the same code again; any six digits are accepted.
#[test]
fn code() {
    bolero::check!(name = "code").with_iterations(50_000).for_each(|bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let digits: String = bytes.iter().take(6).map(|byte| char::from(b'0' + byte % 10)).collect();
        assert_eq!(digits.parse::<Code>().is_ok(), digits.len() == 6, "{digits}");
        if let Ok(code) = text.parse::<Code>() {
            let text_form = code.expose();
            assert!(text_form.len() == 6 && text_form.bytes().all(|byte| byte.is_ascii_digit()), "{text_form}");
            assert_eq!(text_form.parse::<Code>(), Ok(code));
        }
        if let Ok(code) = text.parse::<RecoveryCode>() {
            let text_form = code.expose();
            assert_eq!(text_form.parse::<RecoveryCode>(), Ok(code), "{text_form}");
            assert!(text.parse::<Code>().is_err(), "{text} is both");
        }
    });
}

/// An accepted manifest has its required fields, and an error message is short.
#[test]
fn manifest() {
    assert!(Manifest::parse(br#"{"RuntimeVersion":"10.6.1","ModelVersion":"1.0.0","ProjectName":"shop"}"#).is_ok());
    bolero::check!(name = "manifest").with_iterations(50_000).for_each(|bytes: &[u8]| match Manifest::parse(bytes) {
        Ok(manifest) => assert!(!manifest.version.is_empty() && !manifest.runtime_version.is_empty()),
        Err(error) => assert!(error.to_string().chars().count() < 1_000, "{error}"),
    });
}
