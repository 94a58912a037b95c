//! Sessions and MFA challenges in memory.

use async_trait::async_trait;
use padlock_domain::Timestamp;
use padlock_domain::ids::{AccountId, SessionId};
use padlock_domain::session::{AuthorisedWindow, MfaChallenge, SecretHash, Session};

use super::store::{MemoryTransaction, Tables};
use crate::ports::{MfaChallengeStore, NotFound, SessionStore, StoreError, Update};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl SessionStore for MemoryTransaction {
    async fn session(&mut self, secret: &SecretHash) -> Result<Option<Session>> {
        Ok(self.tables().sessions.values().find(|s| s.secret == *secret).cloned())
    }

    async fn session_by_id(&mut self, id: SessionId) -> Result<Option<Session>> {
        Ok(self.tables().sessions.get(&id).cloned())
    }

    async fn sessions_of(&mut self, account: AccountId) -> Result<Vec<Session>> {
        let mut sessions: Vec<_> = self.tables().sessions.values().filter(|s| s.account == account).cloned().collect();
        sessions.sort_by_key(|s| (std::cmp::Reverse(s.last_seen_at), std::cmp::Reverse(s.id)));
        Ok(sessions)
    }

    async fn add_session(&mut self, session: &Session) -> Result<()> {
        self.tables_mut()?.sessions.insert(session.id, session.clone());
        Ok(())
    }

    async fn update_last_seen(&mut self, id: SessionId, at: Timestamp) -> Result<()> {
        if let Some(session) = self.tables_mut()?.sessions.get_mut(&id) {
            session.last_seen_at = session.last_seen_at.max(at);
        }
        Ok(())
    }

    async fn end_session(&mut self, account: AccountId, id: SessionId) -> Result<std::result::Result<(), NotFound>> {
        let sessions = &mut self.tables_mut()?.sessions;
        if sessions.get(&id).is_none_or(|s| s.account != account) {
            return Ok(Err(NotFound));
        }
        sessions.remove(&id);
        Ok(Ok(()))
    }

    async fn end_other_sessions(&mut self, account: AccountId, keep: SessionId) -> Result<u64> {
        let sessions = &mut self.tables_mut()?.sessions;
        let before = sessions.len();
        sessions.retain(|id, s| s.account != account || *id == keep);
        Ok((before - sessions.len()) as u64)
    }

    async fn end_all_access(&mut self, account: AccountId) -> Result<()> {
        let tables = self.tables_mut()?;
        tables.sessions.retain(|_, session| session.account != account);
        tables.challenges.retain(|_, challenge| challenge.account != account);
        tables.enrolments.remove(&account);
        tables.mail_codes.remove(&account);
        Ok(())
    }

    async fn open_authorised_window(
        &mut self,
        id: SessionId,
        was: &SecretHash,
        secret: &SecretHash,
        window: AuthorisedWindow,
    ) -> Result<Update> {
        match self.tables_mut()?.sessions.get_mut(&id) {
            Some(session) if session.secret == *was => {
                session.secret = *secret;
                session.window = Some(window);
                Ok(Update::Applied)
            }
            _ => Ok(Update::Stale),
        }
    }

    async fn record_window_use(&mut self, id: SessionId, at: Timestamp) -> Result<()> {
        if let Some(window) = self.tables_mut()?.sessions.get_mut(&id).and_then(|session| session.window.as_mut()) {
            window.used_at = window.used_at.max(at);
        }
        Ok(())
    }

    async fn close_window(&mut self, id: SessionId) -> Result<()> {
        if let Some(session) = self.tables_mut()?.sessions.get_mut(&id) {
            session.window = None;
        }
        Ok(())
    }

    async fn close_windows(&mut self, account: AccountId) -> Result<()> {
        for session in self.tables_mut()?.sessions.values_mut().filter(|session| session.account == account) {
            session.window = None;
        }
        Ok(())
    }

    async fn delete_expired_sessions(&mut self, idle_before: Timestamp, created_before: Timestamp) -> Result<u64> {
        let sessions = &mut self.tables_mut()?.sessions;
        let before = sessions.len();
        sessions.retain(|_, s| s.last_seen_at >= idle_before && s.created_at >= created_before);
        Ok((before - sessions.len()) as u64)
    }
}

#[async_trait]
impl MfaChallengeStore for MemoryTransaction {
    async fn mfa_challenge(&mut self, secret: &SecretHash) -> Result<Option<MfaChallenge>> {
        Ok(self.tables().challenges.values().find(|s| s.secret == *secret).cloned())
    }

    async fn add_mfa_challenge(&mut self, session: &MfaChallenge) -> Result<()> {
        self.tables_mut()?.challenges.insert(session.id, session.clone());
        Ok(())
    }

    async fn record_challenge_attempt(&mut self, id: SessionId, were: u32, attempts: u32) -> Result<Update> {
        match self.tables_mut()?.challenges.get_mut(&id) {
            Some(challenge) if challenge.attempts == were => {
                challenge.attempts = attempts;
                Ok(Update::Applied)
            }
            _ => Ok(Update::Stale),
        }
    }

    async fn remove_mfa_challenge(&mut self, id: SessionId) -> Result<std::result::Result<(), NotFound>> {
        let taken = self.tables_mut()?.challenges.remove(&id);
        Ok(taken.map(drop).ok_or(NotFound))
    }

    async fn delete_expired_pending(&mut self, before: Timestamp) -> Result<u64> {
        let tables = self.tables_mut()?;
        let size = |tables: &Tables| tables.challenges.len() + tables.enrolments.len() + tables.mail_codes.len();
        let were = size(tables);
        tables.challenges.retain(|_, challenge| challenge.created_at >= before);
        tables.enrolments.retain(|_, enrolment| enrolment.expires_at >= before);
        tables.mail_codes.retain(|_, code| code.sent_at >= before);
        Ok((were - size(tables)) as u64)
    }
}
