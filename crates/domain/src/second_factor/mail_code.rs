//! Codes that are mailed to an account's own address, for its first enrolment.

use jiff::{SignedDuration, Timestamp};

use super::code::Code;
use crate::ids::AccountId;

/// How long a mailed code is valid.
pub const MAIL_CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// How long a sent code counts towards the wait until the next one.
pub const MAIL_CODE_HISTORY: SignedDuration = SignedDuration::from_hours(24);
/// How many attempts a mailed code allows.
pub const MAIL_CODE_MAX_ATTEMPTS: u32 = 5;

/// A code that was mailed to an account's own address, for its first enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailCode {
    /// The account that the code was sent to.
    pub account: AccountId,
    /// The code.
    pub code: Code,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// How many attempts at the code were recorded.
    pub attempts: u32,
    /// How many codes were sent in a row, each within [`MAIL_CODE_HISTORY`] of the one before, including this one. The
    /// more there are, the longer the wait until the next.
    pub consecutive_sends: u32,
}

impl MailCode {
    /// The longest wait until the next code may be sent, in minutes.
    const MAX_RESEND_MINUTES: u32 = 60;

    /// Creates the code that follows `before`. The count of consecutive codes restarts after [`MAIL_CODE_HISTORY`].
    #[must_use]
    pub fn following(before: Option<&Self>, account: AccountId, code: Code, now: Timestamp) -> Self {
        let previous = before.filter(|before| now.duration_since(before.sent_at) < MAIL_CODE_HISTORY);
        Self {
            account,
            code,
            sent_at: now,
            attempts: 0,
            consecutive_sends: previous.map_or(0, |before| before.consecutive_sends).saturating_add(1),
        }
    }

    /// Returns the time at which the code stops being valid.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.sent_at.checked_add(MAIL_CODE_LIFETIME).unwrap_or(self.sent_at)
    }

    /// Returns whether the code may still be verified.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at() && self.attempts < MAIL_CODE_MAX_ATTEMPTS
    }

    /// Returns the number of seconds until another code may be sent, or 0 if it may be sent now.
    #[must_use]
    pub fn resend_after(&self, now: Timestamp) -> u64 {
        // A minute, doubling up to an hour: guesses at one code after the other come to a few a day.
        let minutes = 1_u32
            .checked_shl(self.consecutive_sends.saturating_sub(1))
            .unwrap_or(Self::MAX_RESEND_MINUTES)
            .clamp(1, Self::MAX_RESEND_MINUTES);
        let ready = self.sent_at.checked_add(SignedDuration::from_mins(minutes.into())).unwrap_or(self.sent_at);
        u64::try_from(ready.duration_since(now).as_millis().max(0)).unwrap_or_default().div_ceil(1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> AccountId {
        AccountId::new(at(0), [2; 10])
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn mailed_codes_die_of_age_and_of_tries() {
        let mailed = MailCode {
            account: account(),
            code: "123456".parse().unwrap(),
            sent_at: at(0),
            attempts: 4,
            consecutive_sends: 1,
        };
        assert!(mailed.is_live(at(599)));
        assert!(!mailed.is_live(at(600)));
        assert!(!MailCode { attempts: 5, ..mailed.clone() }.is_live(at(0)));
        assert_eq!((mailed.resend_after(at(0)), mailed.resend_after(at(59)), mailed.resend_after(at(60))), (60, 1, 0));
    }

    #[test]
    fn one_mailed_code_after_the_other_takes_longer_and_longer() {
        let code = "123456".parse().unwrap();
        let mut mailed = MailCode::following(None, account(), code, at(0));
        let mut minutes = Vec::new();
        for _ in 0..9 {
            let wait = mailed.resend_after(mailed.sent_at);
            minutes.push(wait / 60);
            let next = mailed.sent_at + SignedDuration::from_secs(i64::try_from(wait).unwrap());
            mailed = MailCode::following(Some(&mailed), mailed.account, code, next);
        }
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        let after_a_day = mailed.sent_at + SignedDuration::from_hours(24);
        assert_eq!(MailCode::following(Some(&mailed), mailed.account, code, after_a_day).consecutive_sends, 1);
    }
}
