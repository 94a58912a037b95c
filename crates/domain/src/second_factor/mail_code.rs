//! Codes sent by email to an account's address, for its first enrolment.

use jiff::{SignedDuration, Timestamp};

use super::code::Code;
use crate::backoff::exponential_backoff;
use crate::ids::AccountId;
use crate::time::saturating_add;

/// How long a mail code is valid.
pub const MAIL_CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// How long a sent code counts towards the wait until the next one.
pub const MAIL_CODE_HISTORY: SignedDuration = SignedDuration::from_hours(24);
/// The number of attempts that a mail code allows.
pub const MAIL_CODE_MAX_ATTEMPTS: u32 = 5;
const MIN_RESEND_WAIT: SignedDuration = SignedDuration::from_mins(1);
const MAX_RESEND_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// A code sent by email to an account's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailCode {
    /// The account that the code was sent to.
    pub account: AccountId,
    /// The code.
    pub code: Code,
    /// The time at which the code was sent.
    pub sent_at: Timestamp,
    /// The number of recorded attempts.
    pub attempts: u32,
    /// The number of codes sent so far, each within [`MAIL_CODE_HISTORY`] of the previous one. It determines the wait
    /// until the next code.
    pub consecutive_sends: u32,
}

impl MailCode {
    /// Creates the code that follows `previous`. The count of consecutive codes restarts after [`MAIL_CODE_HISTORY`].
    #[must_use]
    pub fn next_after(previous: Option<&Self>, account: AccountId, code: Code, now: Timestamp) -> Self {
        let recent = previous.filter(|previous| now.duration_since(previous.sent_at) < MAIL_CODE_HISTORY);
        Self {
            account,
            code,
            sent_at: now,
            attempts: 0,
            consecutive_sends: recent.map_or(0, |recent| recent.consecutive_sends).saturating_add(1),
        }
    }

    /// Returns the time at which the code stops being valid.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        saturating_add(self.sent_at, MAIL_CODE_LIFETIME)
    }

    /// Returns whether the code may still be verified.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at() && self.attempts < MAIL_CODE_MAX_ATTEMPTS
    }

    /// Returns the number of seconds until another code may be sent, or 0 if it may be sent now.
    #[must_use]
    pub fn resend_after(&self, now: Timestamp) -> u64 {
        // One minute, doubled up to an hour: it bounds the number of codes that can be guessed at per day.
        let wait = exponential_backoff(MIN_RESEND_WAIT, self.consecutive_sends.saturating_sub(1), MAX_RESEND_WAIT);
        let ready_at = saturating_add(self.sent_at, wait);
        u64::try_from(ready_at.duration_since(now).as_millis().max(0)).unwrap_or_default().div_ceil(1000)
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
    fn a_mail_code_expires_after_ten_minutes_or_five_attempts() {
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
    fn the_wait_doubles_with_every_code_up_to_an_hour() {
        let code = "123456".parse().unwrap();
        let mut mailed = MailCode::next_after(None, account(), code, at(0));
        let mut minutes = Vec::new();
        for _ in 0..9 {
            let wait = mailed.resend_after(mailed.sent_at);
            minutes.push(wait / 60);
            let next = mailed.sent_at + SignedDuration::from_secs(i64::try_from(wait).unwrap());
            mailed = MailCode::next_after(Some(&mailed), mailed.account, code, next);
        }
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        let after_a_day = mailed.sent_at + SignedDuration::from_hours(24);
        assert_eq!(MailCode::next_after(Some(&mailed), mailed.account, code, after_a_day).consecutive_sends, 1);
    }
}
