//! Time-based one-time passwords (RFC 6238): SHA-1, six digits and steps of 30 seconds, as authenticator apps use them.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Builder, Secret};

use super::code::Code;

/// The duration of a step, in seconds (RFC 6238 §5.2).
pub const STEP_SECONDS: i64 = 30;
/// The maximum clock drift that [`Seed::drift`] detects: ten minutes.
const MAX_DRIFT_STEPS: i64 = 20;
/// Everything but the unreserved characters of RFC 3986 §2.3.
const ENCODE_SET: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A time step: the number of [`STEP_SECONDS`] since the Unix epoch (`T` in RFC 6238 §4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Step(i64);

impl Step {
    /// Returns the step that contains `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(now.as_second().div_euclid(STEP_SECONDS))
    }

    /// Returns the number of the step.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// Creates a step from its number.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// Returns the step `count` steps later.
    #[must_use]
    pub const fn plus(self, count: i64) -> Self {
        Self(self.0.saturating_add(count))
    }
}

/// Returns the number of seconds until the next step begins: 1 to 30.
#[must_use]
pub fn seconds_until_next_step(now: Timestamp) -> u64 {
    (STEP_SECONDS - now.as_second().rem_euclid(STEP_SECONDS)).unsigned_abs()
}

/// The shared secret of 160 bits (RFC 4226 §4, R6). Its `Debug` output is redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; 20]);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

impl Seed {
    /// Creates a seed from random bytes.
    #[must_use]
    pub const fn new(entropy: [u8; 20]) -> Self {
        Self(entropy)
    }

    /// Returns the bytes, for encryption.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 20] {
        &self.0
    }

    /// Returns the seed in Base32 (RFC 4648 §6) without padding: 32 characters.
    #[must_use]
    pub fn to_base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// Parses the text of [`Seed::to_base32`]. Case and whitespace are ignored.
    #[must_use]
    pub fn from_base32(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        BASE32_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// Returns the code of a step.
    #[must_use]
    pub fn code_at(&self, step: Step) -> Code {
        let seconds = step.0.max(0).unsigned_abs().saturating_mul(STEP_SECONDS.unsigned_abs());
        Code::from_token(&self.totp().generate(seconds))
    }

    /// Returns the step of the code, if it is the present or the previous one (RFC 6238 §5.2). Both are always
    /// compared, in constant time.
    #[must_use]
    pub fn matching_step(&self, code: &Code, now: Timestamp) -> Option<Step> {
        let present = Step::at(now);
        let [this, before] = [present, present.plus(-1)].map(|step| (*code == self.code_at(step)).then_some(step));
        this.or(before)
    }

    /// Returns how far the clock that created the code is ahead (behind, if negative), up to ten minutes. Only for
    /// enrolment: elsewhere it would help to guess codes.
    #[must_use]
    pub fn drift(&self, code: &Code, now: Timestamp) -> Option<SignedDuration> {
        let present = Step::at(now);
        let nearest_first = (1..=MAX_DRIFT_STEPS).flat_map(|steps| [steps, -steps]);
        let steps = nearest_first.into_iter().find(|steps| *code == self.code_at(present.plus(*steps)))?;
        Some(SignedDuration::from_secs(steps * STEP_SECONDS))
    }

    /// Returns the `otpauth://` URI for authenticator apps, with the issuer in both label and parameter. `issuer` and
    /// `account` are percent-encoded.
    #[must_use]
    pub fn otpauth_uri(&self, issuer: &str, account: &str) -> String {
        let issuer = utf8_percent_encode(issuer, ENCODE_SET);
        let account = utf8_percent_encode(account, ENCODE_SET);
        let secret = self.to_base32();
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP_SECONDS}"
        )
    }

    fn totp(&self) -> totp_rs::Totp {
        // Valid without a check: the builder's defaults and a secret of 20 bytes.
        Builder::new().with_secret(Secret::new(Box::new(self.0))).build_noncompliant()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The secret of the test vectors in both RFCs.
    fn seed() -> Seed {
        Seed::new(*b"12345678901234567890")
    }

    #[test]
    fn the_vectors_of_rfc_4226_appendix_d() {
        let codes =
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (count, code) in (0..).zip(codes) {
            assert_eq!(seed().code_at(Step::from_number(count)).expose(), code);
        }
    }

    #[test]
    fn the_vectors_of_rfc_6238_appendix_b() {
        // The RFC lists eight digits; a code is the last six.
        for (second, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(seed().code_at(Step::at(at(second))).expose(), code[2..]);
        }
    }

    #[test]
    fn codes_of_the_present_and_the_previous_step_match() {
        let now = at(1_700_000_010);
        let step = Step::at(now);
        for (by, accepted) in [(-2, false), (-1, true), (0, true), (1, false)] {
            let code = seed().code_at(step.plus(by));
            assert_eq!(seed().matching_step(&code, now), accepted.then_some(step.plus(by)), "{by}");
        }
    }

    #[test]
    fn a_step_ends_after_thirty_seconds() {
        assert_eq!(seconds_until_next_step(at(60)), 30);
        assert_eq!(seconds_until_next_step(at(89)), 1);
        assert_eq!(Step::at(at(89)).plus(1), Step::at(at(90)));
    }

    #[test]
    fn drift_is_detected_up_to_ten_minutes() {
        let now = at(1_700_000_010);
        let drift = |by| seed().drift(&seed().code_at(Step::at(now).plus(by)), now).map(|d| d.as_secs());
        assert_eq!(drift(4), Some(120));
        assert_eq!(drift(-6), Some(-180));
        assert_eq!(drift(20), Some(600));
        assert_eq!(drift(21), None);
    }

    #[test]
    fn the_otpauth_uri_is_percent_encoded() {
        assert_eq!(
            seed().otpauth_uri("Pad lock: 2", "tess+1@padlock.example"),
            "otpauth://totp/Pad%20lock%3A%202:tess%2B1%40padlock.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Pad%20lock%3A%202&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn a_seed_parses_from_its_text_and_is_redacted() {
        let text = seed().to_base32();
        assert_eq!(text.len(), 32);
        assert_eq!(Seed::from_base32(" gezd gnbv gy3t qojq GEZD GNBV GY3T QOJQ "), Some(seed()));
        for bad in ["", "GEZD", "0EZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", &[text.as_str(), "AA"].concat()] {
            assert_eq!(Seed::from_base32(bad), None, "{bad}");
        }
        assert_eq!(format!("{:?}", seed()), "Seed(…)");
    }
}
