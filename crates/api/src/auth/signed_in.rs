//! Extracts the session behind a cookie or a bearer token.

use axum::extract::FromRequestParts;
use futures::future::{Either, select};
use http::request::Parts;
use padlock_domain::access::Actor;
use padlock_domain::{
    Account, AccountId, AuthorisedWindow, Membership, MfaChallenge, Session, SessionId, SignedDuration, Timestamp,
    device,
};

use crate::app_state::Api;
use crate::auth::session_secret::secret_from;
use crate::auth::window;
use crate::http::{ApiError, Result};
use crate::ports::{Ports, ReadTransaction, Transaction};

/// How long a request waits until the last use of its session is saved, in milliseconds.
const SAVE_TIMEOUT_MILLIS: u32 = 200;

/// A signed-in session and its account.
pub(crate) struct SignedIn {
    pub(crate) account: Account,
    pub(crate) session: Session,
    /// The authorised window, if the session has one whose seal is right.
    window: Option<AuthorisedWindow>,
    /// After how long without a padlocked operation the authorised window closes, if that is configured.
    window_idle_timeout: Option<SignedDuration>,
}

impl SignedIn {
    /// Returns the session as it is in this transaction. Since the request began, the session may have been locked or ended,
    /// or the account disabled.
    pub(crate) async fn reload(&self, tx: &mut dyn ReadTransaction, ports: &Ports) -> Result<Self> {
        let now = ports.now();
        let session = tx.session_by_id(self.session.id).await?.filter(|session| session.is_live(now));
        let account = tx.account(self.account.id).await?.filter(|account| !account.disabled);
        match (session, account) {
            (Some(session), Some(account)) => {
                // Verifying the second factor changes the secret. A request with the earlier secret, which may be a stolen
                // copy, must not use the window that was opened by it.
                let same_secret = session.secret_hash == self.session.secret_hash;
                let window = same_secret.then(|| window::verified(ports.vault.as_ref(), &session)).flatten();
                Ok(Self { account, session, window, window_idle_timeout: self.window_idle_timeout })
            }
            _ => Err(ApiError::not_signed_in()),
        }
    }

    /// Returns an error unless the session is still live and the confirmed password is still the account's.
    pub(crate) async fn require_same_password(&self, tx: &mut dyn ReadTransaction, ports: &Ports) -> Result<()> {
        let current = self.reload(tx, ports).await?;
        if current.account.password_hash == self.account.password_hash {
            Ok(())
        } else {
            Err(ApiError::not_signed_in())
        }
    }

    /// Returns the caller as a member of an app's team.
    pub(crate) fn actor<'a>(&self, membership: &'a Membership, ports: &Ports) -> Actor<'a> {
        Actor { membership, session_kind: self.session.kind, authorised_until: self.authorised_until(ports.now()) }
    }

    /// Returns when the authorised window ends, if it is open.
    pub(crate) fn authorised_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.window.and_then(|window| window.authorised_until(self.window_idle_timeout, now))
    }

    /// Records a padlocked operation in the window, if idle windows close early.
    pub(crate) async fn record_window_use(&self, tx: &mut dyn Transaction, now: Timestamp) -> Result<()> {
        if self.window_idle_timeout.is_some() && self.window.is_some() {
            tx.record_window_use(self.session.id, now).await?;
        }
        Ok(())
    }

    /// Returns the device as its owner recognises it: "Firefox on Linux".
    pub(crate) fn device(&self) -> String {
        device::describe(&self.session.user_agent)
    }
}

impl FromRequestParts<Api> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self> {
        let (secret, kind) = secret_from(&parts.headers, api.config.https()).ok_or_else(ApiError::not_signed_in)?;
        let now = api.ports.now();
        let mut read = api.ports.store.read().await?;
        let session = read.session(&secret.hash()).await?;
        // A token is accepted only in the header, a cookie's secret only in the cookie.
        let session = session.filter(|s| s.is_live(now) && s.kind == kind).ok_or_else(ApiError::not_signed_in)?;
        let account = read.account(session.account).await?;
        let account = account.filter(|a| !a.disabled).ok_or_else(ApiError::not_signed_in)?;
        drop(read);
        if session.needs_last_seen_update(now) {
            save_last_seen(api, session.id, now).await;
        }
        record_account(account.id);
        let window = window::verified(api.ports.vault.as_ref(), &session);
        Ok(Self { account, session, window, window_idle_timeout: api.config.window_idle_timeout })
    }
}

/// Saves the last use of a session if that succeeds soon. A locked or full database is no reason to refuse a request that
/// only reads; the next request tries again.
async fn save_last_seen(api: &Api, session: SessionId, now: Timestamp) {
    let saved = std::pin::pin!(api.write(|mut tx| async move {
        tx.update_last_seen(session, now).await?;
        tx.commit(()).await
    }));
    match select(saved, api.ports.clock.sleep(SAVE_TIMEOUT_MILLIS)).await {
        Either::Left((Ok(()), _)) => {}
        Either::Left((Err(cause), _)) => tracing::warn!(%cause, %session, "the last use of the session was not saved"),
        Either::Right(_) => tracing::warn!(%session, "the last use of the session was not saved in time"),
    }
}

/// A client that may verify a second factor: a signed-in session, or a sign-in that still needs a code.
pub(crate) enum SessionOrChallenge {
    /// A signed-in session.
    SignedIn(Box<SignedIn>),
    /// A sign-in that needs a code.
    Challenge(Box<MfaChallenge>, Box<Account>),
}

impl FromRequestParts<Api> for SessionOrChallenge {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self> {
        let (secret, kind) = secret_from(&parts.headers, api.config.https()).ok_or_else(ApiError::not_signed_in)?;
        let now = api.ports.now();
        let mut read = api.ports.store.read().await?;
        let challenge = read.mfa_challenge(&secret.hash()).await?;
        let Some(challenge) = challenge.filter(|challenge| challenge.is_live(now) && challenge.kind == kind) else {
            drop(read);
            return SignedIn::from_request_parts(parts, api).await.map(|caller| Self::SignedIn(Box::new(caller)));
        };
        let account = read.account(challenge.account).await?;
        let account = account.filter(|a| !a.disabled).ok_or_else(ApiError::not_signed_in)?;
        record_account(account.id);
        Ok(Self::Challenge(Box::new(challenge), Box::new(account)))
    }
}

/// Adds the account to the span of the request, and so to its log lines from here on.
pub(crate) fn record_account(account: AccountId) {
    tracing::Span::current().record("account", tracing::field::display(account));
}
