//! Sessions and MFA challenges in the store.

use async_trait::async_trait;
use padlock_domain::{AccountId, MfaChallenge, SealedWindow, SecretHash, Session, SessionId, Timestamp};

use crate::ports::{NotFound, StoreResult, Update};

/// What a transaction that locks a row may do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowLock {
    /// Read it, as others that only read may do at the same time.
    Shared,
    /// Change it.
    Exclusive,
}

/// Queries of sessions. A session that has ended has no row.
#[async_trait]
pub trait ReadSessions {
    /// Returns the session with this secret, if any.
    async fn session(&mut self, secret_hash: &SecretHash) -> StoreResult<Option<Session>>;
    /// Returns the session with this id, if any.
    async fn session_by_id(&mut self, id: SessionId) -> StoreResult<Option<Session>>;
    /// Returns the sessions of an account, most recently used first.
    async fn sessions_of(&mut self, account: AccountId) -> StoreResult<Vec<Session>>;
    /// Returns whether an authorised window was proved after `at`.
    async fn any_window_proved_after(&mut self, at: Timestamp) -> StoreResult<bool>;
}

/// Statements on sessions.
#[async_trait]
pub trait WriteSessions {
    /// Locks the rows of a session and its account until this transaction ends: another transaction that ends or changes one of
    /// them waits, or this one is tried again. So nothing is changed for a session after the response that it has ended. Stores
    /// that run one writing transaction at a time have nothing to do.
    async fn lock_session_row(&mut self, id: SessionId, lock: RowLock) -> StoreResult<()>;
    /// Adds a session.
    async fn add_session(&mut self, session: &Session) -> StoreResult<()>;
    /// Ends the oldest sessions of an account, so that at most `limit` are left with `newest` among them. Returns how many.
    async fn end_oldest_sessions(&mut self, account: AccountId, newest: SessionId, limit: u32) -> StoreResult<u64>;
    /// Saves the last use of a session. A session that has ended stays ended.
    async fn update_last_seen(&mut self, id: SessionId, at: Timestamp) -> StoreResult<()>;
    /// Ends a session of an account.
    async fn end_session(&mut self, account: AccountId, id: SessionId) -> StoreResult<Result<(), NotFound>>;
    /// Ends the sessions of an account except one, and returns how many ended.
    async fn end_other_sessions(&mut self, account: AccountId, keep: SessionId) -> StoreResult<u64>;
    /// Ends the sessions, MFA challenges, enrolments and mail codes of an account.
    async fn end_all_access(&mut self, account: AccountId) -> StoreResult<()>;
    /// Replaces the secret of a session and opens its authorised window, if the secret is still `expected`.
    async fn open_authorised_window(
        &mut self,
        id: SessionId,
        expected: &SecretHash,
        secret_hash: &SecretHash,
        window: &SealedWindow,
    ) -> StoreResult<Update>;
    /// Saves the time of a padlocked operation in a session's authorised window.
    async fn record_window_use(&mut self, id: SessionId, at: Timestamp) -> StoreResult<()>;
    /// Closes the authorised window of a session.
    async fn close_window(&mut self, id: SessionId) -> StoreResult<()>;
    /// Closes the authorised windows of an account.
    async fn close_windows(&mut self, account: AccountId) -> StoreResult<()>;
    /// Closes the authorised windows that were proved after `at`, and returns how many.
    async fn close_windows_proved_after(&mut self, at: Timestamp) -> StoreResult<u64>;
    /// Deletes sessions last used before `idle_before` or created before `created_before`, and returns how many.
    async fn delete_expired_sessions(&mut self, idle_before: Timestamp, created_before: Timestamp) -> StoreResult<u64>;
}

/// Queries of MFA challenges: sign-ins with a correct password that still need a code.
#[async_trait]
pub trait ReadMfaChallenges {
    /// Returns the challenge with this secret, if any.
    async fn mfa_challenge(&mut self, secret_hash: &SecretHash) -> StoreResult<Option<MfaChallenge>>;
}

/// Statements on MFA challenges.
#[async_trait]
pub trait WriteMfaChallenges {
    /// Adds a challenge.
    async fn add_mfa_challenge(&mut self, challenge: &MfaChallenge) -> StoreResult<()>;
    /// Removes the oldest challenges of an account, so that at most `limit` are left with `newest` among them.
    async fn remove_oldest_challenges(&mut self, account: AccountId, newest: SessionId, limit: u32) -> StoreResult<()>;
    /// Sets the number of attempts of a challenge, if it is still `expected`.
    async fn save_challenge_attempts(&mut self, id: SessionId, expected: u32, attempts: u32) -> StoreResult<Update>;
    /// Removes a challenge that became a session or ended.
    async fn remove_mfa_challenge(&mut self, id: SessionId) -> StoreResult<Result<(), NotFound>>;
    /// Deletes challenges created, enrolments expired and mail codes sent before `before`, and returns how many.
    async fn delete_expired_challenges_and_codes(&mut self, before: Timestamp) -> StoreResult<u64>;
}
