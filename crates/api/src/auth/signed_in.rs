//! Who is asking: the session behind a cookie or a bearer token.

use axum::extract::FromRequestParts;
use futures::future::{Either, select};
use http::request::Parts;
use padlock_domain::access::Actor;
use padlock_domain::account::Account;
use padlock_domain::app::Membership;
use padlock_domain::ids::SessionId;
use padlock_domain::session::{MfaChallenge, Session};
use padlock_domain::{SignedDuration, Timestamp, device};

use crate::app_state::Api;
use crate::auth::session_secret::{Secret, presented};
use crate::http::problem::{ApiError, Result};
use crate::ports::Ports;
use crate::ports::Transaction;

/// How long a request waits until it is written down that its session is in use, in milliseconds.
const SOON: u32 = 200;

/// A signed-in person.
pub(crate) struct SignedIn {
    pub(crate) account: Account,
    pub(crate) session: Session,
    /// How long a window stays open without a padlocked operation, if that is limited.
    idle: Option<SignedDuration>,
}

impl SignedIn {
    /// The session as it is in this transaction. A request may have been held open since it began: what was locked, ended
    /// or disabled meanwhile counts.
    pub(crate) async fn still(&self, tx: &mut dyn Transaction, now: Timestamp) -> Result<Self> {
        let session = tx.session_by_id(self.session.id).await?.filter(|session| session.is_live(now));
        let account = tx.account(self.account.id).await?.filter(|account| !account.disabled);
        match (session, account) {
            (Some(mut session), Some(account)) => {
                // A proof gives the session another secret. Who came in with the one before, be it a thief with a copy, has
                // not given that proof: the window that it opened is not theirs.
                if session.secret != self.session.secret {
                    session.window = None;
                }
                Ok(Self { account, session, idle: self.idle })
            }
            _ => Err(ApiError::not_signed_in()),
        }
    }

    /// The same for what took the password: that it was right counts only while it is the password.
    pub(crate) async fn still_confirmed(&self, tx: &mut dyn Transaction, now: Timestamp) -> Result<()> {
        let still = self.still(tx, now).await?;
        if still.account.password == self.account.password { Ok(()) } else { Err(ApiError::not_signed_in()) }
    }

    /// The caller as the rules see them, in an app's team.
    pub(crate) fn actor<'a>(&self, membership: &'a Membership, ports: &Ports) -> Actor<'a> {
        Actor { membership, session_kind: self.session.kind, authorised_until: self.authorised_until(ports.now()) }
    }

    /// Until when this session's authorised window is open, if it is.
    pub(crate) fn authorised_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.session.authorised_until(self.idle, now)
    }

    /// Records that a padlocked operation is done in the window, where an idle one closes early.
    pub(crate) async fn record_window_use(&self, tx: &mut dyn Transaction, now: Timestamp) -> Result<()> {
        if self.idle.is_some() && self.session.window.is_some() {
            tx.record_window_use(self.session.id, now).await?;
        }
        Ok(())
    }

    /// What calls itself so: "Firefox on Linux".
    pub(crate) fn device(&self) -> String {
        device::describe(&self.session.user_agent)
    }
}

impl FromRequestParts<Api> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self> {
        let (secret, kind) = presented(&parts.headers, api.config.https()).ok_or_else(ApiError::not_signed_in)?;
        let hash = Secret(secret).hash();
        let now = api.ports.now();
        let mut read = api.ports.store.read().await?;
        let session = read.session(&hash).await?;
        // A bearer token works only in the header, a cookie's secret only as the cookie.
        let session = session.filter(|s| s.is_live(now) && s.kind == kind).ok_or_else(ApiError::not_signed_in)?;
        let account = read.account(session.account).await?;
        let account = account.filter(|a| !a.disabled).ok_or_else(ApiError::not_signed_in)?;
        drop(read);
        if session.needs_last_seen_update(now) {
            note_seen(api, session.id, now).await;
        }
        Ok(Self { account, session, idle: api.config.window_idle })
    }
}

/// Writes down that a session is in use, if that can be done soon: a database that is locked, or full, is no reason to
/// refuse a request that only reads. The next request tries again; until then the session seems idle for longer.
async fn note_seen(api: &Api, session: SessionId, now: Timestamp) {
    let written = std::pin::pin!(async {
        let mut tx = api.ports.store.write().await?;
        tx.update_last_seen(session, now).await?;
        tx.commit().await
    });
    match select(written, api.ports.clock.sleep(SOON)).await {
        Either::Left((Ok(()), _)) => {}
        Either::Left((Err(cause), _)) => tracing::warn!(%cause, %session, "its use could not be written down"),
        Either::Right(_) => tracing::warn!(%session, "its use could not be written down in time"),
    }
}

/// Who may prove a second factor: somebody who is signed in, or whose sign-in waits for it.
pub(crate) enum SessionOrChallenge {
    /// At a padlock.
    SignedIn(Box<SignedIn>),
    /// At sign-in.
    Challenge(Box<MfaChallenge>, Box<Account>),
}

impl FromRequestParts<Api> for SessionOrChallenge {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self> {
        let (secret, kind) = presented(&parts.headers, api.config.https()).ok_or_else(ApiError::not_signed_in)?;
        let now = api.ports.now();
        let mut read = api.ports.store.read().await?;
        let challenge = read.mfa_challenge(&Secret(secret).hash()).await?;
        let Some(challenge) = challenge.filter(|w| w.is_live(now) && w.kind == kind) else {
            drop(read);
            return SignedIn::from_request_parts(parts, api).await.map(|caller| Self::SignedIn(Box::new(caller)));
        };
        let account = read.account(challenge.account).await?;
        let account = account.filter(|a| !a.disabled).ok_or_else(ApiError::not_signed_in)?;
        Ok(Self::Challenge(Box::new(challenge), Box::new(account)))
    }
}
