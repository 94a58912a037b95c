//! Sessions: who is signed in, from where, and until when the padlock stands open.

use jiff::{SignedDuration, Timestamp};
use strum::{EnumString, IntoStaticStr};

use crate::ids::{AccountId, SessionId};
use crate::second_factor::attempts::PAUSE_AFTER;

/// A browser session ends after this long without a request.
pub const BROWSER_IDLE_TIMEOUT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A browser session ends this long after sign-in at the latest.
pub const BROWSER_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A bearer session (a script's) ends this long after sign-in.
pub const BEARER_LIFETIME: SignedDuration = SignedDuration::from_hours(12);
/// A sign-in waits this long for its code.
pub const MFA_CHALLENGE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// How long the authorised window stays open.
pub const WINDOW_LIFETIME: SignedDuration = SignedDuration::from_hours(8);
/// The shortest that `step_up.idle` may be set to.
pub const MIN_WINDOW_IDLE: SignedDuration = SignedDuration::from_mins(5);
/// How stale [`Session::last_seen_at`] may become before it is worth a write.
pub const LAST_SEEN_RESOLUTION: SignedDuration = SignedDuration::from_mins(5);

/// How a session is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum SessionKind {
    /// An HttpOnly cookie in a browser.
    Cookie,
    /// An `Authorization: Bearer` header, as scripts send it.
    Bearer,
}

/// SHA-256 of a session's secret: all that is stored of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretHash(pub [u8; 32]);

/// The authorised window: what a proof of the second factor opens, for one person in one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorisedWindow {
    /// When it ends at the latest.
    pub until: Timestamp,
    /// When a padlocked operation was last done in it.
    pub used_at: Timestamp,
}

impl AuthorisedWindow {
    /// The window that a proof opens at `now`.
    #[must_use]
    pub fn open(now: Timestamp) -> Self {
        Self { until: after(now, WINDOW_LIFETIME), used_at: now }
    }

    /// Its end, if it is open at `now`. With `idle` it closes after that long without a padlocked operation.
    #[must_use]
    pub fn authorised_until(self, idle: Option<SignedDuration>, now: Timestamp) -> Option<Timestamp> {
        let until = idle.map_or(self.until, |idle| self.until.min(after(self.used_at, idle)));
        (now < until).then_some(until)
    }
}

/// A sign-in whose password was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedPassword {
    /// The id that the session will have.
    pub id: SessionId,
    /// The hash of its secret.
    pub secret: SecretHash,
    /// Whose password it was.
    pub account: AccountId,
    /// How the session is carried.
    pub kind: SessionKind,
    /// What the browser or script called itself, cut to 256 characters.
    pub user_agent: String,
    /// When.
    pub at: Timestamp,
}

/// What a right password comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInOutcome {
    /// A session, its window closed.
    SignedIn(Session),
    /// A code is asked for.
    CodeRequired(MfaChallenge),
}

impl VerifiedPassword {
    /// A session, or with a code at sign-in one that waits for it.
    #[must_use]
    pub fn sign_in(self, code_required: bool) -> SignInOutcome {
        let Self { id, secret, account, kind, user_agent, at } = self;
        if code_required {
            SignInOutcome::CodeRequired(MfaChallenge {
                id,
                secret,
                account,
                kind,
                user_agent,
                created_at: at,
                attempts: 0,
            })
        } else {
            let (created_at, last_seen_at) = (at, at);
            SignInOutcome::SignedIn(Session {
                id,
                secret,
                account,
                kind,
                user_agent,
                created_at,
                last_seen_at,
                window: None,
            })
        }
    }
}

/// A sign-in with the right password that still waits for a code. It is nobody's session: it can only become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MfaChallenge {
    /// The id that the session will have.
    pub id: SessionId,
    /// The hash of the secret that proves it.
    pub secret: SecretHash,
    /// Whose password was right.
    pub account: AccountId,
    /// How it is carried.
    pub kind: SessionKind,
    /// What the browser or script called itself, cut to 256 characters.
    pub user_agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// Codes that were attempts to it.
    pub attempts: u32,
}

impl MfaChallenge {
    /// When it ends if no right code comes.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        after(self.created_at, MFA_CHALLENGE_LIFETIME)
    }

    /// Whether a code may still come.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at()
    }

    /// Whether its last try was attempts.
    #[must_use]
    pub const fn is_exhausted(&self) -> bool {
        self.attempts >= PAUSE_AFTER
    }

    /// The session that a right code makes of it: with another secret, and an open window.
    #[must_use]
    pub fn complete(self, secret: SecretHash, now: Timestamp) -> Session {
        let Self { id, account, kind, user_agent, .. } = self;
        let window = Some(AuthorisedWindow::open(now));
        Session { id, secret, account, kind, user_agent, created_at: now, last_seen_at: now, window }
    }
}

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
    pub kind: SessionKind,
    /// What the browser or script called itself at sign-in, cut to 256 characters.
    pub user_agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to within [`LAST_SEEN_RESOLUTION`].
    pub last_seen_at: Timestamp,
    /// The authorised window, if a second factor was proved in this session.
    pub window: Option<AuthorisedWindow>,
}

fn after(from: Timestamp, span: SignedDuration) -> Timestamp {
    from.checked_add(span).unwrap_or(Timestamp::MAX)
}

impl Session {
    /// When it ends if it is not used again.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        match self.kind {
            SessionKind::Cookie => {
                after(self.created_at, BROWSER_LIFETIME).min(after(self.last_seen_at, BROWSER_IDLE_TIMEOUT))
            }
            SessionKind::Bearer => after(self.created_at, BEARER_LIFETIME),
        }
    }

    /// Whether it is still good at `now`. A clock that ran backwards does not revive it.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at()
    }

    /// Whether its use at `now` should be written down.
    #[must_use]
    pub fn needs_last_seen_update(&self, now: Timestamp) -> bool {
        now.duration_since(self.last_seen_at) >= LAST_SEEN_RESOLUTION
    }

    /// The end of the authorised window, if it is open at `now`; `idle` as in [`AuthorisedWindow::authorised_until`].
    #[must_use]
    pub fn authorised_until(&self, idle: Option<SignedDuration>, now: Timestamp) -> Option<Timestamp> {
        self.window.and_then(|window| window.authorised_until(idle, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    fn session(kind: SessionKind) -> Session {
        Session {
            id: SessionId::new(at(0), [0; 10]),
            secret: SecretHash([0; 32]),
            account: AccountId::new(at(0), [1; 10]),
            kind,
            user_agent: String::new(),
            created_at: at(0),
            last_seen_at: at(0),
            window: Some(AuthorisedWindow::open(at(0))),
        }
    }

    #[test]
    fn a_browser_session_ends_after_a_week_idle_and_a_month_at_most() {
        let mut s = session(SessionKind::Cookie);
        assert!(s.is_live(at(7 * 24 - 1)));
        assert!(!s.is_live(at(7 * 24)));
        s.last_seen_at = at(29 * 24);
        assert!(s.is_live(at(30 * 24 - 1)));
        assert!(!s.is_live(at(30 * 24)));
    }

    #[test]
    fn a_bearer_session_ends_after_twelve_hours_however_busy() {
        let mut s = session(SessionKind::Bearer);
        s.last_seen_at = at(11);
        assert!(s.is_live(at(11)));
        assert!(!s.is_live(at(12)));
    }

    #[test]
    fn the_window_is_open_until_its_end_and_not_at_it() {
        let s = session(SessionKind::Cookie);
        assert_eq!(s.authorised_until(None, at(7)), Some(at(8)));
        assert_eq!(s.authorised_until(None, at(8)), None);
        assert_eq!(Session { window: None, ..s }.authorised_until(None, at(0)), None);
    }

    #[test]
    fn an_idle_window_closes_earlier_and_a_used_one_no_later_than_its_end() {
        let idle = Some(SignedDuration::from_hours(1));
        let window = AuthorisedWindow::open(at(0));
        assert_eq!(window.authorised_until(idle, at(0)), Some(at(1)));
        assert_eq!(window.authorised_until(idle, at(1)), None);
        let used = AuthorisedWindow { used_at: at(7), ..window };
        assert_eq!(used.authorised_until(idle, at(7)), Some(at(8)));
        assert_eq!(used.authorised_until(idle, at(8)), None);
    }

    #[test]
    fn a_waiting_session_becomes_one_with_an_open_window() {
        let Session { id, secret, account, kind, .. } = session(SessionKind::Cookie);
        let waiting =
            MfaChallenge { id, secret, account, kind, user_agent: String::new(), created_at: at(0), attempts: 4 };
        assert!(!waiting.is_exhausted());
        assert!(waiting.is_live(at(0) + SignedDuration::from_secs(599)));
        assert!(!waiting.is_live(at(0) + SignedDuration::from_mins(10)));
        assert!(MfaChallenge { attempts: 5, ..waiting.clone() }.is_exhausted());
        let proved = waiting.complete(SecretHash([1; 32]), at(1));
        assert_ne!(proved.secret, secret);
        assert_eq!((proved.created_at, proved.authorised_until(None, at(1))), (at(1), Some(at(9))));
    }
}
