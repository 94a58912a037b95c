//! From a secret that proves nothing to a factor: the first right code confirms it.

use jiff::{SignedDuration, Timestamp};

use super::{Authenticator, Code};
use crate::ids::{AccountId, EnrolmentId, SessionId};
use crate::totp::{Seed, Step};

/// How long an enrolment waits for its first code.
pub const ENROLMENT_LASTS: SignedDuration = SignedDuration::from_mins(15);
/// How long a mailed code works.
pub const MAIL_CODE_LASTS: SignedDuration = SignedDuration::from_mins(10);
/// After this long without a mailed code the next is the first again.
pub const MAIL_CODES_REMEMBERED: SignedDuration = SignedDuration::from_hours(24);
/// Tries at a mailed code; after them it is dead.
pub const MAIL_CODE_TRIES: u32 = 5;

/// An authenticator app that has not shown a right code yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingAuthenticator {
    /// Its id.
    pub id: EnrolmentId,
    /// Whose it would be.
    pub account: AccountId,
    /// The session that began it, and alone may confirm it.
    pub session: SessionId,
    /// What the phone was shown.
    pub seed: Seed,
    /// The factor that it would take the place of; begun with a fresh code of that one.
    pub replaces: Option<EnrolmentId>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why a code does not confirm it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unconfirmed {
    /// It has ended, or another session began it: to either, it is not there.
    Ended,
    /// The code is not right; if it fits another time, the phone's clock runs so far ahead (behind, if negative).
    Wrong {
        /// How far.
        drift: Option<SignedDuration>,
    },
}

impl PendingAuthenticator {
    /// The factor that this code makes of it. The code is spent by it.
    ///
    /// # Errors
    /// [`Unconfirmed`]; it stays as it was.
    pub fn confirm(
        self,
        code: &Code,
        session: SessionId,
        sign_in: bool,
        now: Timestamp,
    ) -> Result<Authenticator, Unconfirmed> {
        if session != self.session || now >= self.expires_at {
            return Err(Unconfirmed::Ended);
        }
        let Some(step) = self.seed.step_of(code, now) else {
            return Err(Unconfirmed::Wrong { drift: self.seed.drift(code, now) });
        };
        Ok(self.with(step, sign_in, now))
    }

    fn with(self, last_step: Step, sign_in: bool, now: Timestamp) -> Authenticator {
        let Self { id, account, seed, .. } = self;
        Authenticator { id, account, seed, last_step, sign_in, enrolled_at: now }
    }
}

/// A code that was mailed to an account's own address, for its first enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedCode {
    /// Whose.
    pub account: AccountId,
    /// The code.
    pub code: Code,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Tries that were charged.
    pub tries: u32,
    /// How many were sent within a day of each other, this one included: the more, the longer until the next.
    pub row: u32,
}

impl MailedCode {
    /// The longest that one has to wait for the next, in minutes.
    const LONGEST: u32 = 60;

    /// The code that follows `before`. The row of codes is forgotten after a day without one.
    #[must_use]
    pub fn following(before: Option<&Self>, account: AccountId, code: Code, now: Timestamp) -> Self {
        let row = before.filter(|before| now.duration_since(before.sent_at) < MAIL_CODES_REMEMBERED);
        Self { account, code, sent_at: now, tries: 0, row: row.map_or(0, |before| before.row).saturating_add(1) }
    }

    /// Until when it works.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.sent_at.checked_add(MAIL_CODE_LASTS).unwrap_or(self.sent_at)
    }

    /// Whether a try may be looked at.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at() && self.tries < MAIL_CODE_TRIES
    }

    /// Seconds until another may be sent; 0 when it may be now.
    #[must_use]
    pub fn resend_after(&self, now: Timestamp) -> u64 {
        // A minute, doubling up to an hour: guesses at one code after the other come to a few a day.
        let minutes = 1_u32.checked_shl(self.row.saturating_sub(1)).unwrap_or(Self::LONGEST).clamp(1, Self::LONGEST);
        let ready = self.sent_at.checked_add(SignedDuration::from_mins(minutes.into())).unwrap_or(self.sent_at);
        u64::try_from(ready.duration_since(now).as_millis().max(0)).unwrap_or_default().div_ceil(1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn pending() -> PendingAuthenticator {
        PendingAuthenticator {
            id: EnrolmentId::new(at(0), [1; 10]),
            account: AccountId::new(at(0), [2; 10]),
            session: SessionId::new(at(0), [3; 10]),
            seed: Seed::new([4; 20]),
            replaces: None,
            expires_at: at(900),
        }
    }

    #[test]
    fn the_code_that_confirms_is_spent_by_it() {
        let now = at(300);
        let code = pending().seed.code_at(Step::at(now));
        let factor = pending().confirm(&code, pending().session, true, now).unwrap();
        assert!(factor.sign_in);
        assert!(matches!(factor.check(&code, now), super::super::Verdict::AlreadyUsed { .. }));
    }

    #[test]
    fn only_its_own_session_and_only_in_time() {
        let code = pending().seed.code_at(Step::at(at(899)));
        let other = SessionId::new(at(0), [9; 10]);
        assert_eq!(pending().confirm(&code, other, false, at(899)), Err(Unconfirmed::Ended));
        assert!(pending().confirm(&code, pending().session, false, at(899)).is_ok());
        assert_eq!(pending().confirm(&code, pending().session, false, at(900)), Err(Unconfirmed::Ended));
    }

    #[test]
    fn a_phone_that_is_off_is_told_by_how_much() {
        let now = at(300);
        let confirm = |code: &Code| pending().confirm(code, pending().session, false, now);
        let fast = pending().seed.code_at(Step::at(now).plus(4));
        assert_eq!(confirm(&fast), Err(Unconfirmed::Wrong { drift: Some(SignedDuration::from_secs(120)) }));
        assert_eq!(confirm(&"000000".parse().unwrap()), Err(Unconfirmed::Wrong { drift: None }));
    }

    #[test]
    fn mailed_codes_die_of_age_and_of_tries() {
        let mailed = MailedCode {
            account: pending().account,
            code: "123456".parse().unwrap(),
            sent_at: at(0),
            tries: 4,
            row: 1,
        };
        assert!(mailed.is_live(at(599)));
        assert!(!mailed.is_live(at(600)));
        assert!(!MailedCode { tries: 5, ..mailed.clone() }.is_live(at(0)));
        assert_eq!((mailed.resend_after(at(0)), mailed.resend_after(at(59)), mailed.resend_after(at(60))), (60, 1, 0));
    }

    #[test]
    fn one_mailed_code_after_the_other_takes_longer_and_longer() {
        let code = "123456".parse().unwrap();
        let mut mailed = MailedCode::following(None, pending().account, code, at(0));
        let mut minutes = Vec::new();
        for _ in 0..9 {
            let wait = mailed.resend_after(mailed.sent_at);
            minutes.push(wait / 60);
            let next = mailed.sent_at + SignedDuration::from_secs(i64::try_from(wait).unwrap());
            mailed = MailedCode::following(Some(&mailed), mailed.account, code, next);
        }
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        let after_a_day = mailed.sent_at + SignedDuration::from_hours(24);
        assert_eq!(MailedCode::following(Some(&mailed), mailed.account, code, after_a_day).row, 1);
    }
}
