//! Who is asking: an account, and the credential that the request carries.
//!
//! What an extractor accepts is what its route needs: [`Principal`] any credential of an account that is signed in,
//! [`SignedIn`] a session, [`SessionOrChallenge`] also a sign-in that waits for its code. Nothing in a request's body changes
//! who is asking.

use axum::extract::FromRequestParts;
use futures::future::{Either, select};
use http::request::Parts;
use padlock_domain::{
    Account, AccountId, AuthorisedWindow, CredentialKind, MfaChallenge, Operation, SecretHash, Session, SessionId,
    SessionKind, SignedDuration, Timestamp, device,
};

use super::route_operations::RouteOperations;
use super::session_secret::secret_from;
use super::window;
use crate::app_state::Api;
use crate::http::{ApiError, Result};
use crate::ports::{Ports, ReadTransaction, RowLock, Transaction};

/// How long a request waits until the last use of its session is saved, in milliseconds.
const SAVE_TIMEOUT_MILLIS: u32 = 200;

/// An account with the credential of the request.
#[derive(Clone)]
pub(crate) struct Principal {
    pub(crate) account: Account,
    pub(crate) credential: Credential,
    /// What the route may authorise.
    pub(super) route: RouteOperations,
}

/// What proves whose a request is.
#[derive(Clone)]
pub(crate) enum Credential {
    /// A session, with a cookie or a bearer token.
    Session(SessionCredential),
}

/// A session, and what it has proved.
#[derive(Clone)]
pub(crate) struct SessionCredential {
    pub(crate) session: Session,
    /// The authorised window, if the session has one whose seal is right.
    window: Option<AuthorisedWindow>,
    /// After how long without a padlocked operation the authorised window closes, if that is configured.
    window_idle_timeout: Option<SignedDuration>,
}

impl SessionCredential {
    /// Returns when the authorised window ends, if it is open.
    pub(crate) fn authorised_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.window.and_then(|window| window.authorised_until(self.window_idle_timeout, now))
    }

    /// Returns the device as its owner recognises it: "Firefox on Linux".
    pub(crate) fn device(&self) -> String {
        device::describe(&self.session.user_agent)
    }
}

impl Credential {
    /// Returns the kind of the credential.
    pub(crate) fn kind(&self) -> CredentialKind {
        match self {
            Self::Session(credential) => credential.session.kind.into(),
        }
    }

    /// Returns when the authorised window ends, if the credential has one that is open.
    pub(crate) fn authorised_until(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Session(credential) => credential.authorised_until(now),
        }
    }

    /// Returns what the owner recognises the credential by.
    pub(crate) fn device(&self) -> String {
        match self {
            Self::Session(credential) => credential.device(),
        }
    }

    /// Returns whether both carry the same secret.
    pub(crate) fn has_same_secret(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Session(one), Self::Session(other)) => one.session.secret_hash == other.session.secret_hash,
        }
    }

    /// Locks the rows of the credential and of its account until the transaction ends.
    pub(super) async fn lock_rows(&self, tx: &mut dyn Transaction) -> Result<()> {
        let Self::Session(SessionCredential { session, window_idle_timeout, .. }) = self;
        // Only where idle windows close early is a use of the window recorded in the session.
        let lock = if window_idle_timeout.is_some() { RowLock::Exclusive } else { RowLock::Shared };
        Ok(tx.lock_session_row(session.id, lock).await?)
    }

    /// Records a padlocked operation in the window, if idle windows close early.
    pub(super) async fn record_window_use(&self, tx: &mut dyn Transaction, now: Timestamp) -> Result<()> {
        let Self::Session(SessionCredential { session, window, window_idle_timeout }) = self;
        if window_idle_timeout.is_some() && window.is_some() {
            tx.record_window_use(session.id, now).await?;
        }
        Ok(())
    }
}

impl Principal {
    /// Records that the response is a list without items, each of which would be authorised for `operation` by itself.
    ///
    /// # Errors
    /// Returns an internal error if the route does not declare the operation.
    pub(crate) fn authorise_empty_list(&self, operation: Operation) -> Result<()> {
        self.route.record(operation)
    }

    /// Returns the principal as it is in this transaction. Since the request began, the session may have been locked or ended,
    /// or the account disabled.
    ///
    /// # Errors
    /// Returns `not_signed_in` if the credential is no longer valid.
    pub(crate) async fn reload(&self, tx: &mut dyn ReadTransaction, ports: &Ports) -> Result<Self> {
        let Credential::Session(earlier) = &self.credential;
        let now = ports.now();
        let session = tx.session_by_id(earlier.session.id).await?.filter(|session| session.is_live(now));
        let session = session.ok_or_else(ApiError::not_signed_in)?;
        let account = enabled_account(tx, self.account.id).await?;
        // Verifying the second factor changes the secret. A request with the earlier secret, which may be a stolen copy,
        // must not use the window that was opened by it.
        let same_secret = session.secret_hash == earlier.session.secret_hash;
        let window = same_secret.then(|| window::verified(ports.vault.as_ref(), &session)).flatten();
        let credential = SessionCredential { session, window, window_idle_timeout: earlier.window_idle_timeout };
        Ok(Self { account, credential: Credential::Session(credential), route: self.route.clone() })
    }
}

impl FromRequestParts<Api> for Principal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self> {
        let SignedIn { account, credential, route } = SignedIn::from_request_parts(parts, api).await?;
        Ok(Self { account, credential: Credential::Session(credential), route })
    }
}

/// An account that is signed in with a session.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) account: Account,
    pub(crate) credential: SessionCredential,
    route: RouteOperations,
}

impl SignedIn {
    /// Returns the session.
    pub(crate) const fn session(&self) -> &Session {
        &self.credential.session
    }

    /// Returns the device as its owner recognises it.
    pub(crate) fn device(&self) -> String {
        self.credential.device()
    }

    /// Returns the account with its credential.
    pub(crate) fn principal(&self) -> Principal {
        let Self { account, credential, route } = self.clone();
        Principal { account, credential: Credential::Session(credential), route }
    }
}

impl FromRequestParts<Api> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self> {
        let route = RouteOperations::of(parts)?;
        let (secret, kind) = secret_from(&parts.headers, api.config.https()).ok_or_else(ApiError::not_signed_in)?;
        let now = api.ports.now();
        let mut read = api.ports.store.read().await?;
        let session = read.session(&secret.hash()).await?;
        // A token is accepted only in the header, a cookie's secret only in the cookie.
        let Some(session) = session.filter(|s| s.is_live(now) && s.kind == kind) else {
            let challenge = live_challenge(read.as_mut(), &secret.hash(), kind, now).await?;
            return Err(match kind {
                _ if challenge.is_some() => ApiError::sign_in_incomplete(),
                SessionKind::Bearer => ApiError::invalid_token(),
                SessionKind::Cookie => ApiError::not_signed_in(),
            });
        };
        let account = enabled_account(read.as_mut(), session.account).await?;
        drop(read);
        if session.needs_last_seen_update(now) {
            save_last_seen(api, session.id, now).await;
        }
        record_account(account.id);
        let window = window::verified(api.ports.vault.as_ref(), &session);
        let window_idle_timeout = api.config.window_idle_timeout;
        Ok(Self { account, credential: SessionCredential { session, window, window_idle_timeout }, route })
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

/// Returns an account that is not disabled.
///
/// # Errors
/// Returns `not_signed_in` if there is none.
pub(super) async fn enabled_account(tx: &mut dyn ReadTransaction, id: AccountId) -> Result<Account> {
    tx.account(id).await?.filter(|account| !account.disabled).ok_or_else(ApiError::not_signed_in)
}

/// Returns the sign-in that waits for its code with this secret, sent in this way.
async fn live_challenge(
    tx: &mut dyn ReadTransaction,
    secret_hash: &SecretHash,
    kind: SessionKind,
    now: Timestamp,
) -> Result<Option<MfaChallenge>> {
    let challenge = tx.mfa_challenge(secret_hash).await?;
    Ok(challenge.filter(|challenge| challenge.is_live(now) && challenge.kind == kind))
}

/// A sign-in whose password was right and that waits for its code.
pub(crate) struct PendingSignIn {
    pub(crate) challenge: MfaChallenge,
    pub(crate) account: Account,
    pub(super) route: RouteOperations,
}

/// A client that may verify a second factor: a signed-in session, or a sign-in that still needs a code.
pub(crate) enum SessionOrChallenge {
    /// A signed-in session.
    SignedIn(Box<SignedIn>),
    /// A sign-in that needs a code.
    Challenge(Box<PendingSignIn>),
}

impl FromRequestParts<Api> for SessionOrChallenge {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self> {
        let route = RouteOperations::of(parts)?;
        let (secret, kind) = secret_from(&parts.headers, api.config.https()).ok_or_else(ApiError::not_signed_in)?;
        let now = api.ports.now();
        let mut read = api.ports.store.read().await?;
        let Some(challenge) = live_challenge(read.as_mut(), &secret.hash(), kind, now).await? else {
            drop(read);
            return SignedIn::from_request_parts(parts, api).await.map(|caller| Self::SignedIn(Box::new(caller)));
        };
        let account = enabled_account(read.as_mut(), challenge.account).await?;
        record_account(account.id);
        Ok(Self::Challenge(Box::new(PendingSignIn { challenge, account, route })))
    }
}

/// Adds the account to the span of the request, and so to its log lines from here on.
pub(crate) fn record_account(account: AccountId) {
    tracing::Span::current().record("account", tracing::field::display(account));
}
