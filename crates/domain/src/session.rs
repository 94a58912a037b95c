//! Sessions: who is signed in, from where, and until when the padlock stands open.

use jiff::{SignedDuration, Timestamp};

use crate::ids::{AccountId, SessionId};

/// A browser session ends after this long without a request.
pub const BROWSER_IDLE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A browser session ends this long after sign-in at the latest.
pub const BROWSER_MOST: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A bearer session (a script's) ends this long after sign-in.
pub const BEARER_MOST: SignedDuration = SignedDuration::from_hours(12);
/// How stale [`Session::last_seen_at`] may become before it is worth a write.
pub const SEEN_GRAIN: SignedDuration = SignedDuration::from_mins(5);

/// How a session is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// An HttpOnly cookie in a browser.
    Cookie,
    /// An `Authorization: Bearer` header, as scripts send it.
    Bearer,
}

/// SHA-256 of a session's secret: all that is stored of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretHash(pub [u8; 32]);

/// A signed-in session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its public id.
    pub id: SessionId,
    /// The hash of the secret that proves it.
    pub secret: SecretHash,
    /// Whose it is.
    pub account: AccountId,
    /// How it is carried.
    pub carrier: Carrier,
    /// What the browser or script called itself at sign-in, cut to 256 characters.
    pub user_agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to within [`SEEN_GRAIN`].
    pub last_seen_at: Timestamp,
    /// Until when the authorised window is open, if a second factor was proved in this session.
    pub authorised_until: Option<Timestamp>,
}

impl Session {
    /// When it ends if it is not used again.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        let after = |from: Timestamp, span| from.checked_add(span).unwrap_or(Timestamp::MAX);
        match self.carrier {
            Carrier::Cookie => after(self.created_at, BROWSER_MOST).min(after(self.last_seen_at, BROWSER_IDLE)),
            Carrier::Bearer => after(self.created_at, BEARER_MOST),
        }
    }

    /// Whether it is still good at `now`. A clock that ran backwards does not revive it.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at()
    }

    /// Whether its use at `now` should be written down.
    #[must_use]
    pub fn wants_seen(&self, now: Timestamp) -> bool {
        now.duration_since(self.last_seen_at) >= SEEN_GRAIN
    }

    /// The end of the authorised window, if it is open at `now`.
    #[must_use]
    pub fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.authorised_until.filter(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    fn session(carrier: Carrier) -> Session {
        Session {
            id: SessionId::new(at(0), [0; 10]),
            secret: SecretHash([0; 32]),
            account: AccountId::new(at(0), [1; 10]),
            carrier,
            user_agent: String::new(),
            created_at: at(0),
            last_seen_at: at(0),
            authorised_until: Some(at(8)),
        }
    }

    #[test]
    fn a_browser_session_ends_after_a_week_idle_and_a_month_at_most() {
        let mut s = session(Carrier::Cookie);
        assert!(s.is_live(at(7 * 24 - 1)));
        assert!(!s.is_live(at(7 * 24)));
        s.last_seen_at = at(29 * 24);
        assert!(s.is_live(at(30 * 24 - 1)));
        assert!(!s.is_live(at(30 * 24)));
    }

    #[test]
    fn a_bearer_session_ends_after_twelve_hours_however_busy() {
        let mut s = session(Carrier::Bearer);
        s.last_seen_at = at(11);
        assert!(s.is_live(at(11)));
        assert!(!s.is_live(at(12)));
    }

    #[test]
    fn the_window_is_open_until_its_end_and_not_at_it() {
        let s = session(Carrier::Cookie);
        assert_eq!(s.open_until(at(7)), Some(at(8)));
        assert_eq!(s.open_until(at(8)), None);
    }
}
