//! Sessions, the sign-ins that create them, and their authorised windows.

use jiff::{SignedDuration, Timestamp};
use strum::{EnumString, IntoStaticStr};

use crate::ids::{AccountId, SessionId};
use crate::time::saturating_add;

/// How long a cookie session lasts without a request.
pub const COOKIE_IDLE_TIMEOUT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a cookie session lasts at most after sign-in.
pub const COOKIE_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a bearer session lasts after sign-in.
pub const BEARER_LIFETIME: SignedDuration = SignedDuration::from_hours(12);
/// How long an [`MfaChallenge`] lasts.
pub const MFA_CHALLENGE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// The number of code attempts that an [`MfaChallenge`] allows.
pub const MAX_CHALLENGE_ATTEMPTS: u32 = 5;
/// How many sessions an account may have, and how many challenges. The oldest ends when there is one more.
pub const MAX_SESSIONS_PER_ACCOUNT: u32 = 50;
/// How long an authorised window stays open at most.
pub const WINDOW_LIFETIME: SignedDuration = SignedDuration::from_hours(8);
/// The minimum idle timeout that can be set for authorised windows.
pub const MIN_WINDOW_IDLE: SignedDuration = SignedDuration::from_mins(5);
/// The maximum age of [`Session::last_seen_at`] before it is updated, to save writes.
pub const LAST_SEEN_RESOLUTION: SignedDuration = SignedDuration::from_mins(5);

/// How a session authenticates its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
#[strum(serialize_all = "snake_case")]
pub enum SessionKind {
    /// An `HttpOnly` cookie.
    Cookie,
    /// An `Authorization: Bearer` header.
    Bearer,
}

/// The SHA-256 hash of a session's secret. The secret itself is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct SecretHash(pub [u8; 32]);

/// The authorised window of a session, which a proof of the second factor opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct AuthorisedWindow {
    /// The time of the proof.
    pub proved_at: Timestamp,
    /// The time at which the window closes at the latest. It can be earlier than [`WINDOW_LIFETIME`] after the proof, never
    /// later.
    pub until: Timestamp,
    /// The time of the last padlocked operation in the window.
    pub used_at: Timestamp,
}

impl AuthorisedWindow {
    /// Opens a window at `now`.
    #[must_use]
    pub fn open(now: Timestamp) -> Self {
        Self { proved_at: now, until: saturating_add(now, WINDOW_LIFETIME), used_at: now }
    }

    /// Returns the time at which the window closes, if it is open at `now`. With `idle`, it also closes after that long
    /// without a padlocked operation.
    ///
    /// The end is computed, not believed: whatever is stored, a window lasts [`WINDOW_LIFETIME`] from its proof at most.
    /// Times later than `now` were recorded before the clock was moved back: such a proof is none, such a use does not count.
    #[must_use]
    pub fn authorised_until(self, idle: Option<SignedDuration>, now: Timestamp) -> Option<Timestamp> {
        let used_at = if self.used_at > now { self.proved_at } else { self.used_at };
        let until = self.until.min(saturating_add(self.proved_at, WINDOW_LIFETIME));
        let until = idle.map_or(until, |idle| until.min(saturating_add(used_at, idle)));
        (self.proved_at <= now && now < until).then_some(until)
    }
}

/// An authorised window as the store keeps it, with a seal that only the holder of the installation's keys can make.
/// Nothing that it claims is true before the seal was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct SealedWindow {
    /// What the row says.
    pub claimed: AuthorisedWindow,
    /// The seal over the session, its secret and the time of the proof.
    pub seal: String,
}

/// A sign-in whose password was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordSignIn {
    /// The id of the future session.
    pub id: SessionId,
    /// The hash of its secret.
    pub secret_hash: SecretHash,
    /// The account whose password was verified.
    pub account: AccountId,
    /// How the session will authenticate its requests.
    pub kind: SessionKind,
    /// The `User-Agent` header, truncated to 256 characters.
    pub user_agent: String,
    /// The time at which the password was verified.
    pub at: Timestamp,
}

/// The result of a [`PasswordSignIn`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInOutcome {
    /// A session without an authorised window.
    SignedIn(Session),
    /// A challenge for a code.
    CodeRequired(MfaChallenge),
}

impl PasswordSignIn {
    /// Returns a session, or a challenge if the account requires a code at sign-in.
    #[must_use]
    pub fn complete(self, code_required: bool) -> SignInOutcome {
        let Self { id, secret_hash, account, kind, user_agent, at } = self;
        if code_required {
            SignInOutcome::CodeRequired(MfaChallenge {
                id,
                secret_hash,
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
                secret_hash,
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

/// A sign-in with a verified password that waits for a code. It grants no access until it is completed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct MfaChallenge {
    /// The id of the future session.
    pub id: SessionId,
    /// The hash of its secret.
    pub secret_hash: SecretHash,
    /// The account whose password was verified.
    pub account: AccountId,
    /// How the session will authenticate its requests.
    pub kind: SessionKind,
    /// The `User-Agent` header, truncated to 256 characters.
    pub user_agent: String,
    /// The time at which the challenge was created.
    pub created_at: Timestamp,
    /// The number of recorded code attempts.
    pub attempts: u32,
}

impl MfaChallenge {
    /// Returns the time at which the challenge expires.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        saturating_add(self.created_at, MFA_CHALLENGE_LIFETIME)
    }

    /// Returns whether the challenge has not expired at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at()
    }

    /// Returns whether the challenge allows no more attempts.
    #[must_use]
    pub const fn is_exhausted(&self) -> bool {
        self.attempts >= MAX_CHALLENGE_ATTEMPTS
    }

    /// Returns the session after a correct code, with a new secret and the window that the code opened.
    #[must_use]
    pub fn complete(self, secret_hash: SecretHash, window: SealedWindow) -> Session {
        let Self { id, account, kind, user_agent, .. } = self;
        let now = window.claimed.proved_at;
        Session { id, secret_hash, account, kind, user_agent, created_at: now, last_seen_at: now, window: Some(window) }
    }
}

/// A session of a signed-in account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Session {
    /// The public id of the session.
    pub id: SessionId,
    /// The hash of its secret.
    pub secret_hash: SecretHash,
    /// The account that is signed in.
    pub account: AccountId,
    /// How the session authenticates its requests.
    pub kind: SessionKind,
    /// The `User-Agent` header at sign-in, truncated to 256 characters.
    pub user_agent: String,
    /// The time of the sign-in.
    pub created_at: Timestamp,
    /// The time of the last request, with a resolution of [`LAST_SEEN_RESOLUTION`].
    pub last_seen_at: Timestamp,
    /// The authorised window, if the second factor was proved in this session.
    pub window: Option<SealedWindow>,
}

impl Session {
    /// Returns the time at which the session expires if it is not used again.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        match self.kind {
            SessionKind::Cookie => saturating_add(self.created_at, COOKIE_LIFETIME)
                .min(saturating_add(self.last_seen_at, COOKIE_IDLE_TIMEOUT)),
            SessionKind::Bearer => saturating_add(self.created_at, BEARER_LIFETIME),
        }
    }

    /// Returns whether the session has not expired at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at()
    }

    /// Returns whether `last_seen_at` should be updated for a request at `now`.
    #[must_use]
    pub fn needs_last_seen_update(&self, now: Timestamp) -> bool {
        now.duration_since(self.last_seen_at) >= LAST_SEEN_RESOLUTION
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
            secret_hash: SecretHash([0; 32]),
            account: AccountId::new(at(0), [1; 10]),
            kind,
            user_agent: String::new(),
            created_at: at(0),
            last_seen_at: at(0),
            window: None,
        }
    }

    #[test]
    fn a_browser_session_expires_after_a_week_idle_or_thirty_days() {
        let mut session = session(SessionKind::Cookie);
        assert!(session.is_live(at(7 * 24 - 1)));
        assert!(!session.is_live(at(7 * 24)));
        session.last_seen_at = at(29 * 24);
        assert!(session.is_live(at(30 * 24 - 1)));
        assert!(!session.is_live(at(30 * 24)));
    }

    #[test]
    fn a_bearer_session_expires_after_twelve_hours_even_if_used() {
        let mut session = session(SessionKind::Bearer);
        session.last_seen_at = at(11);
        assert!(session.is_live(at(11)));
        assert!(!session.is_live(at(12)));
    }

    #[test]
    fn a_window_is_closed_at_its_end() {
        let window = AuthorisedWindow::open(at(0));
        assert_eq!(window.authorised_until(None, at(7)), Some(at(8)));
        assert_eq!(window.authorised_until(None, at(8)), None);
    }

    #[test]
    fn a_stored_end_shortens_a_window_and_never_lengthens_it() {
        let window = AuthorisedWindow::open(at(0));
        assert_eq!(AuthorisedWindow { until: at(9_999), ..window }.authorised_until(None, at(7)), Some(at(8)));
        assert_eq!(AuthorisedWindow { until: at(9_999), ..window }.authorised_until(None, at(8)), None);
        assert_eq!(AuthorisedWindow { until: at(3), ..window }.authorised_until(None, at(2)), Some(at(3)));
    }

    #[test]
    fn times_after_now_count_for_nothing() {
        let window = AuthorisedWindow::open(at(5));
        assert_eq!(window.authorised_until(None, at(4)), None, "proved by a clock that was ahead");
        let idle = Some(SignedDuration::from_hours(1));
        let used = AuthorisedWindow { used_at: at(8), ..window };
        assert_eq!(used.authorised_until(idle, at(7)), None, "used by a clock that was ahead");
    }

    #[test]
    fn an_idle_window_closes_earlier_and_a_used_one_at_its_end() {
        let idle = Some(SignedDuration::from_hours(1));
        let window = AuthorisedWindow::open(at(0));
        assert_eq!(window.authorised_until(idle, at(0)), Some(at(1)));
        assert_eq!(window.authorised_until(idle, at(1)), None);
        let used = AuthorisedWindow { used_at: at(7), ..window };
        assert_eq!(used.authorised_until(idle, at(7)), Some(at(8)));
        assert_eq!(used.authorised_until(idle, at(8)), None);
    }

    #[test]
    fn a_completed_challenge_becomes_a_session_with_another_secret_and_a_window() {
        let Session { id, secret_hash, account, kind, .. } = session(SessionKind::Cookie);
        let challenge =
            MfaChallenge { id, secret_hash, account, kind, user_agent: String::new(), created_at: at(0), attempts: 4 };
        assert!(!challenge.is_exhausted());
        assert!(challenge.is_live(at(0) + SignedDuration::from_secs(599)));
        assert!(!challenge.is_live(at(0) + SignedDuration::from_mins(10)));
        assert!(MfaChallenge { attempts: 5, ..challenge.clone() }.is_exhausted());
        let window = SealedWindow { claimed: AuthorisedWindow::open(at(1)), seal: String::new() };
        let completed = challenge.complete(SecretHash([1; 32]), window.clone());
        assert_ne!(completed.secret_hash, secret_hash);
        assert_eq!((completed.created_at, completed.window), (at(1), Some(window)));
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the row claims and however the clock moved before, a window that is open was proved less than eight hours
        /// ago, by the clock as it is.
        #[test]
        fn an_open_window_was_proved_within_its_lifetime(
            proved in 0_i64..100_000, until in 0_i64..1_000_000, used in 0_i64..1_000_000, now in 0_i64..1_000_000,
            idle in proptest::option::of(300_i64..30_000),
        ) {
            let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
            let window = AuthorisedWindow { proved_at: at(proved), until: at(until), used_at: at(used) };
            if let Some(end) = window.authorised_until(idle.map(SignedDuration::from_secs), at(now)) {
                prop_assert!(proved <= now && now < until);
                prop_assert!(at(now) < end && end <= at(proved) + WINDOW_LIFETIME && end <= at(until));
            }
        }
    }
}
