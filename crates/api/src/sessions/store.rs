//! Sessions and MFA challenges in the store.

use async_trait::async_trait;
use padlock_domain::Timestamp;
use padlock_domain::ids::{AccountId, SessionId};
use padlock_domain::session::{AuthorisedWindow, MfaChallenge, SecretHash, Session};

use crate::ports::{NotFound, StoreError, Update};

/// Sessions.
#[async_trait]
pub trait SessionStore {
    /// By the hash of its secret.
    async fn session(&mut self, secret: &SecretHash) -> Result<Option<Session>, StoreError>;
    /// By its id.
    async fn session_by_id(&mut self, id: SessionId) -> Result<Option<Session>, StoreError>;
    /// All of an account, the latest used first.
    async fn sessions_of(&mut self, account: AccountId) -> Result<Vec<Session>, StoreError>;
    /// Adds one.
    async fn add_session(&mut self, session: &Session) -> Result<(), StoreError>;
    /// Records its use; a session that has ended stays ended.
    async fn update_last_seen(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError>;
    /// Ends one of this account's; [`Update::Stale`] when there is none.
    async fn end_session(&mut self, account: AccountId, id: SessionId) -> Result<Result<(), NotFound>, StoreError>;
    /// Ends all of an account but one, and says how many.
    async fn end_other_sessions(&mut self, account: AccountId, keep: SessionId) -> Result<u64, StoreError>;
    /// Ends everything that an account has begun: sessions, sign-ins and enrolments that wait for a code, mailed codes.
    async fn end_all_access(&mut self, account: AccountId) -> Result<(), StoreError>;
    /// Gives a session another secret and this window, if its secret is still what it `was`.
    async fn open_authorised_window(
        &mut self,
        id: SessionId,
        was: &SecretHash,
        secret: &SecretHash,
        window: AuthorisedWindow,
    ) -> Result<Update, StoreError>;
    /// Records that a padlocked operation was done in a session's window.
    async fn record_window_use(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError>;
    /// Closes a session's window.
    async fn close_window(&mut self, id: SessionId) -> Result<(), StoreError>;
    /// Closes every window of an account.
    async fn close_windows(&mut self, account: AccountId) -> Result<(), StoreError>;
    /// Forgets sessions whose last use was before `idle_before` or that began before `created_before`.
    async fn delete_expired_sessions(
        &mut self,
        idle_before: Timestamp,
        created_before: Timestamp,
    ) -> Result<u64, StoreError>;
}

/// Sign-ins with a correct password that still need a code.
#[async_trait]
pub trait MfaChallengeStore {
    /// A sign-in that waits for its code, by the hash of its secret.
    async fn mfa_challenge(&mut self, secret: &SecretHash) -> Result<Option<MfaChallenge>, StoreError>;
    /// Adds one.
    async fn add_mfa_challenge(&mut self, session: &MfaChallenge) -> Result<(), StoreError>;
    /// Charges tries to one, if there `were` so many.
    async fn record_challenge_attempt(&mut self, id: SessionId, were: u32, charged: u32) -> Result<Update, StoreError>;
    /// Takes one away: it has become a session, or ended.
    async fn remove_mfa_challenge(&mut self, id: SessionId) -> Result<Result<(), NotFound>, StoreError>;
    /// Forgets what waited for a code before: sign-ins, enrolments, mailed codes.
    async fn delete_expired_pending(&mut self, before: Timestamp) -> Result<u64, StoreError>;
}
