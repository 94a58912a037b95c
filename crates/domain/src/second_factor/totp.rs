//! Time-based one-time passwords (RFC 6238 over RFC 4226): SHA-1, six digits, steps of 30 seconds, as authenticator
//! apps make them.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Builder, Secret};

use super::code::Code;

/// How long a step lasts, in seconds (RFC 6238 §5.2).
pub const STEP_SECONDS: i64 = 30;
/// How far a phone's clock is looked for around ours, in steps: ten minutes.
const DRIFT_STEPS: i64 = 20;
/// What stays as it is in a label or a parameter (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A step: the number of whole 30 seconds since 1970 (`T` in RFC 6238 §4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(i64);

impl Step {
    /// The step that `now` lies in.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(now.as_second().div_euclid(STEP_SECONDS))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The step of this number.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The step `by` steps later.
    #[must_use]
    pub const fn plus(self, by: i64) -> Self {
        Self(self.0.saturating_add(by))
    }
}

/// Whole seconds until the next step begins: 1 to 30.
#[must_use]
pub fn seconds_left(now: Timestamp) -> u64 {
    (STEP_SECONDS - now.as_second().rem_euclid(STEP_SECONDS)).unsigned_abs()
}

/// The shared secret: 160 random bits (RFC 4226 §4, R6). It redacts itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; 20]);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

impl Seed {
    /// A seed of 20 random bytes.
    #[must_use]
    pub const fn new(entropy: [u8; 20]) -> Self {
        Self(entropy)
    }

    /// The bytes, for the vault.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 20] {
        &self.0
    }

    /// As people type it: Base32 (RFC 4648 §6) without padding, 32 characters.
    #[must_use]
    pub fn to_base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// Reads what [`Seed::to_base32`] wrote, in either case and with spaces between groups.
    #[must_use]
    pub fn from_base32(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        BASE32_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// The code of a step.
    #[must_use]
    pub fn code_at(&self, step: Step) -> Code {
        let seconds = step.0.max(0).unsigned_abs().saturating_mul(STEP_SECONDS.unsigned_abs());
        Code::from_token(&self.totp().generate(seconds))
    }

    /// The step whose code this is, among the present one and the one before (RFC 6238 §5.2). Both are compared, in
    /// constant time, whichever it is.
    #[must_use]
    pub fn step_of(&self, code: &Code, now: Timestamp) -> Option<Step> {
        let present = Step::at(now);
        let [this, before] = [present, present.plus(-1)].map(|step| (*code == self.code_at(step)).then_some(step));
        this.or(before)
    }

    /// How far the clock that made this code runs ahead of ours (behind, if negative), if it is within ten minutes. For
    /// enrolment alone: at a padlock it would be a hint for guessers.
    #[must_use]
    pub fn drift(&self, code: &Code, now: Timestamp) -> Option<SignedDuration> {
        let present = Step::at(now);
        let nearest_first = (1..=DRIFT_STEPS).flat_map(|by| [by, -by]);
        let by = nearest_first.into_iter().find(|by| *code == self.code_at(present.plus(*by)))?;
        Some(SignedDuration::from_secs(by * STEP_SECONDS))
    }

    /// What authenticator apps scan, with the issuer in label and parameter alike. `issuer` and `account` may hold
    /// anything.
    #[must_use]
    pub fn otpauth_uri(&self, issuer: &str, account: &str) -> String {
        let issuer = utf8_percent_encode(issuer, RESERVED);
        let account = utf8_percent_encode(account, RESERVED);
        let secret = self.to_base32();
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP_SECONDS}"
        )
    }

    fn totp(&self) -> totp_rs::Totp {
        // Nothing in it can be out of bounds: the builder's own defaults, and 20 bytes.
        Builder::new().with_secret(Secret::new(Box::new(self.0))).build_noncompliant()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The secret of both RFCs' vectors.
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
        // Its eight digits end in the six that apps show.
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
    fn this_step_and_the_one_before() {
        let now = at(1_700_000_010);
        let step = Step::at(now);
        for (by, accepted) in [(-2, false), (-1, true), (0, true), (1, false)] {
            let code = seed().code_at(step.plus(by));
            assert_eq!(seed().step_of(&code, now), accepted.then_some(step.plus(by)), "{by}");
        }
    }

    #[test]
    fn a_step_ends_on_the_second() {
        assert_eq!(seconds_left(at(60)), 30);
        assert_eq!(seconds_left(at(89)), 1);
        assert_eq!(Step::at(at(89)).plus(1), Step::at(at(90)));
    }

    #[test]
    fn how_far_a_phone_is_off() {
        let now = at(1_700_000_010);
        let drift = |by| seed().drift(&seed().code_at(Step::at(now).plus(by)), now).map(|d| d.as_secs());
        assert_eq!(drift(4), Some(120));
        assert_eq!(drift(-6), Some(-180));
        assert_eq!(drift(20), Some(600));
        assert_eq!(drift(21), None);
    }

    #[test]
    fn the_address_that_apps_scan() {
        assert_eq!(
            seed().otpauth_uri("Pad lock: 2", "tess+1@padlock.example"),
            "otpauth://totp/Pad%20lock%3A%202:tess%2B1%40padlock.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Pad%20lock%3A%202&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn a_seed_survives_its_text_and_never_shows_itself() {
        let text = seed().to_base32();
        assert_eq!(text.len(), 32);
        assert_eq!(Seed::from_base32(" gezd gnbv gy3t qojq GEZD GNBV GY3T QOJQ "), Some(seed()));
        for bad in ["", "GEZD", "0EZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", &[text.as_str(), "AA"].concat()] {
            assert_eq!(Seed::from_base32(bad), None, "{bad}");
        }
        assert_eq!(format!("{:?}", seed()), "Seed(…)");
    }
}
