//! Sessions and MFA challenges in memory.

use async_trait::async_trait;
use padlock_domain::{AccountId, MfaChallenge, SealedWindow, SecretHash, Session, SessionId, Timestamp};

use super::store::{MemoryTransaction, Tables, update};
use crate::ports::{
    NotFound, ReadMfaChallenges, ReadSessions, RowLock, StoreResult, Update, WriteMfaChallenges, WriteSessions,
};

#[async_trait]
impl ReadSessions for MemoryTransaction {
    async fn session(&mut self, secret_hash: &SecretHash) -> StoreResult<Option<Session>> {
        Ok(self.tables().sessions.values().find(|s| s.secret_hash == *secret_hash).cloned())
    }

    async fn session_by_id(&mut self, id: SessionId) -> StoreResult<Option<Session>> {
        Ok(self.tables().sessions.get(&id).cloned())
    }

    async fn sessions_of(&mut self, account: AccountId) -> StoreResult<Vec<Session>> {
        let mut sessions: Vec<_> = self.tables().sessions.values().filter(|s| s.account == account).cloned().collect();
        sessions.sort_by_key(|s| (std::cmp::Reverse(s.last_seen_at), std::cmp::Reverse(s.id)));
        Ok(sessions)
    }

    async fn any_window_proved_after(&mut self, at: Timestamp) -> StoreResult<bool> {
        let mut windows = self.tables().sessions.values().filter_map(|session| session.window.as_ref());
        Ok(windows.any(|window| window.claimed.proved_at > at))
    }
}

#[async_trait]
impl WriteSessions for MemoryTransaction {
    async fn lock_session_row(&mut self, _: SessionId, _: RowLock) -> StoreResult<()> {
        Ok(())
    }

    async fn add_session(&mut self, session: &Session) -> StoreResult<()> {
        self.tables_mut().sessions.insert(session.id, session.clone());
        Ok(())
    }

    async fn end_oldest_sessions(&mut self, account: AccountId, newest: SessionId, limit: u32) -> StoreResult<u64> {
        let sessions = &mut self.tables_mut().sessions;
        let others = sessions.values().filter(|s| s.account == account && s.id != newest);
        let surplus = oldest(others.map(|s| (s.created_at, s.id)).collect(), limit.saturating_sub(1));
        surplus.iter().for_each(|id| drop(sessions.remove(id)));
        Ok(surplus.len() as u64)
    }

    async fn update_last_seen(&mut self, id: SessionId, at: Timestamp) -> StoreResult<()> {
        if let Some(session) = self.tables_mut().sessions.get_mut(&id) {
            session.last_seen_at = session.last_seen_at.max(at);
        }
        Ok(())
    }

    async fn end_session(
        &mut self,
        account: AccountId,
        id: SessionId,
    ) -> StoreResult<std::result::Result<(), NotFound>> {
        let sessions = &mut self.tables_mut().sessions;
        if sessions.get(&id).is_none_or(|s| s.account != account) {
            return Ok(Err(NotFound));
        }
        sessions.remove(&id);
        Ok(Ok(()))
    }

    async fn end_other_sessions(&mut self, account: AccountId, keep: SessionId) -> StoreResult<u64> {
        let sessions = &mut self.tables_mut().sessions;
        let before = sessions.len();
        sessions.retain(|id, s| s.account != account || *id == keep);
        Ok((before - sessions.len()) as u64)
    }

    async fn end_all_access(&mut self, account: AccountId) -> StoreResult<()> {
        let tables = self.tables_mut();
        tables.sessions.retain(|_, session| session.account != account);
        tables.challenges.retain(|_, challenge| challenge.account != account);
        tables.enrolments.remove(&account);
        tables.mail_codes.remove(&account);
        Ok(())
    }

    async fn open_authorised_window(
        &mut self,
        id: SessionId,
        expected: &SecretHash,
        secret_hash: &SecretHash,
        window: &SealedWindow,
    ) -> StoreResult<Update> {
        let session = self.tables_mut().sessions.get_mut(&id).filter(|session| session.secret_hash == *expected);
        Ok(update(session, |session| {
            session.secret_hash = *secret_hash;
            session.window = Some(window.clone());
        }))
    }

    async fn record_window_use(&mut self, id: SessionId, at: Timestamp) -> StoreResult<()> {
        if let Some(window) = self.tables_mut().sessions.get_mut(&id).and_then(|session| session.window.as_mut()) {
            window.claimed.used_at = window.claimed.used_at.max(at);
        }
        Ok(())
    }

    async fn close_window(&mut self, id: SessionId) -> StoreResult<()> {
        if let Some(session) = self.tables_mut().sessions.get_mut(&id) {
            session.window = None;
        }
        Ok(())
    }

    async fn close_windows(&mut self, account: AccountId) -> StoreResult<()> {
        for session in self.tables_mut().sessions.values_mut().filter(|session| session.account == account) {
            session.window = None;
        }
        Ok(())
    }

    async fn close_windows_proved_after(&mut self, at: Timestamp) -> StoreResult<u64> {
        let mut closed = 0;
        for session in self.tables_mut().sessions.values_mut() {
            if session.window.take_if(|window| window.claimed.proved_at > at).is_some() {
                closed += 1;
            }
        }
        Ok(closed)
    }

    async fn delete_expired_sessions(&mut self, idle_before: Timestamp, created_before: Timestamp) -> StoreResult<u64> {
        let sessions = &mut self.tables_mut().sessions;
        let before = sessions.len();
        sessions.retain(|_, s| s.last_seen_at >= idle_before && s.created_at >= created_before);
        Ok((before - sessions.len()) as u64)
    }
}

/// Returns all but the `keep` latest of these.
fn oldest(mut all: Vec<(Timestamp, SessionId)>, keep: u32) -> Vec<SessionId> {
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.into_iter().skip(keep as usize).map(|(_, id)| id).collect()
}

#[async_trait]
impl ReadMfaChallenges for MemoryTransaction {
    async fn mfa_challenge(&mut self, secret_hash: &SecretHash) -> StoreResult<Option<MfaChallenge>> {
        Ok(self.tables().challenges.values().find(|c| c.secret_hash == *secret_hash).cloned())
    }
}

#[async_trait]
impl WriteMfaChallenges for MemoryTransaction {
    async fn add_mfa_challenge(&mut self, challenge: &MfaChallenge) -> StoreResult<()> {
        self.tables_mut().challenges.insert(challenge.id, challenge.clone());
        Ok(())
    }

    async fn remove_oldest_challenges(&mut self, account: AccountId, newest: SessionId, limit: u32) -> StoreResult<()> {
        let challenges = &mut self.tables_mut().challenges;
        let others = challenges.values().filter(|c| c.account == account && c.id != newest);
        let surplus = oldest(others.map(|c| (c.created_at, c.id)).collect(), limit.saturating_sub(1));
        surplus.iter().for_each(|id| drop(challenges.remove(id)));
        Ok(())
    }

    async fn save_challenge_attempts(&mut self, id: SessionId, expected: u32, attempts: u32) -> StoreResult<Update> {
        let challenge = self.tables_mut().challenges.get_mut(&id).filter(|c| c.attempts == expected);
        Ok(update(challenge, |challenge| challenge.attempts = attempts))
    }

    async fn remove_mfa_challenge(&mut self, id: SessionId) -> StoreResult<std::result::Result<(), NotFound>> {
        Ok(self.tables_mut().challenges.remove(&id).map(drop).ok_or(NotFound))
    }

    async fn delete_expired_challenges_and_codes(&mut self, before: Timestamp) -> StoreResult<u64> {
        let tables = self.tables_mut();
        let size = |tables: &Tables| tables.challenges.len() + tables.enrolments.len() + tables.mail_codes.len();
        let before_count = size(tables);
        tables.challenges.retain(|_, challenge| challenge.created_at >= before);
        tables.enrolments.retain(|_, enrolment| enrolment.expires_at >= before);
        tables.mail_codes.retain(|_, code| code.sent_at >= before);
        Ok((before_count - size(tables)) as u64)
    }
}
