//! Seals authorised windows and verifies the seals, so that no value in the database alone opens a window.

use padlock_domain::{AccountId, AuthorisedWindow, SealedWindow, SecretHash, Session, SessionId};

use super::session_secret::SessionSecret;
use crate::http::{ApiError, Result};
use crate::log_events;
use crate::ports::{Ports, Vault, context};
use crate::unit_of_work::UnitOfWork;

/// Seals a window for a session and its secret. Another secret needs another window.
pub(crate) fn seal(
    vault: &dyn Vault,
    account: AccountId,
    session: SessionId,
    secret_hash: &SecretHash,
    window: AuthorisedWindow,
) -> SealedWindow {
    let statement = context::window(account, session, secret_hash, window.proved_at);
    SealedWindow { claimed: window, seal: vault.seal(&statement) }
}

/// Opens the authorised window of a session, which gets a new secret.
///
/// # Errors
/// Returns `not_signed_in` if the session has ended or another request gave it a new secret first.
pub(crate) async fn open(
    tx: &mut UnitOfWork,
    ports: &Ports,
    session: &Session,
    secret: &SessionSecret,
) -> Result<AuthorisedWindow> {
    let (window, secret_hash) = (AuthorisedWindow::open(tx.now()), secret.hash());
    let sealed = seal(ports.vault.as_ref(), session.account, session.id, &secret_hash, window);
    tx.open_authorised_window(session.id, &session.secret_hash, &secret_hash, &sealed)
        .await?
        .applied_or_else(ApiError::not_signed_in)?;
    Ok(window)
}

/// Returns the window of a session if its seal is right.
pub(crate) fn verified(vault: &dyn Vault, session: &Session) -> Option<AuthorisedWindow> {
    let SealedWindow { claimed, seal } = session.window.as_ref()?;
    let statement = context::window(session.account, session.id, &session.secret_hash, claimed.proved_at);
    if !vault.verify_seal(&statement, seal) {
        tracing::warn!(event = log_events::WINDOW_REJECTED, session = %session.id, account = %session.account,
            "the authorised window of a session has a wrong seal, and counts as closed");
        return None;
    }
    Some(*claimed)
}
