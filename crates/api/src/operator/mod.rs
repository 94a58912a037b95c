//! What the operator decides, who runs the server and signs in to nothing: accounts, apps, support agents.
//!
//! It works on the store alone, so that it can be done while the server runs, and is written down as everything else is.

mod accounts;
mod apps;

use std::sync::Arc;

use padlock_domain::Timestamp;
use padlock_domain::account::{Account, Login};
use padlock_domain::account_entry::{AccountEntry, AccountEvent};
use padlock_domain::activity::{Entry, Event};
use padlock_domain::ids::{AccountEntryId, ActivityId, AppId};

pub use accounts::Listed;
pub use apps::{NewApp, NewMember};

use crate::ports::{Clock, Entropy, Hasher, HasherBusy, Store, StoreError, Transaction, entropy};

/// Where the operator's acts come from, in the words of "… was replaced from …".
const DEVICE: &str = "the server’s command line";

/// Why it was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// A sentence for the operator.
    #[error("{0}")]
    Refused(String),
    /// The store did not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The password could not be hashed.
    #[error(transparent)]
    Hasher(#[from] HasherBusy),
}

type Result<T> = std::result::Result<T, OperatorError>;

fn refused<T>(sentence: impl Into<String>) -> Result<T> {
    Err(OperatorError::Refused(sentence.into()))
}

/// The operator at work.
pub struct Operator {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Password hashing.
    pub hasher: Arc<dyn Hasher>,
}

impl Operator {
    fn random<const N: usize>(&self) -> [u8; N] {
        entropy(self.entropy.as_ref())
    }

    /// Writes down what was done to an account, where its owner sees it.
    async fn note(&self, tx: &mut dyn Transaction, account: &Account, event: AccountEvent) -> Result<()> {
        let at = self.clock.now();
        let id = AccountEntryId::new(at, self.random());
        tx.add_account_entry(&AccountEntry { id, account: account.id, at, device: DEVICE.to_owned(), event }).await?;
        Ok(())
    }

    /// Writes it down in an app's audit trail.
    async fn note_in_app(&self, tx: &mut dyn Transaction, app: AppId, at: Timestamp, event: Event) -> Result<()> {
        let id = ActivityId::new(at, self.random());
        tx.add_activity(&Entry { id, app, environment: None, account: None, at, event }).await?;
        Ok(())
    }

    /// The same for every app that the account is in the team of.
    async fn note_in_apps(&self, tx: &mut dyn Transaction, account: &Account, event: &Event) -> Result<()> {
        for app in tx.apps_of(account.id).await? {
            self.note_in_app(tx, app.id, self.clock.now(), event.clone()).await?;
        }
        Ok(())
    }
}

async fn named(tx: &mut dyn Transaction, login: &Login) -> Result<Account> {
    match tx.account_by_login(login).await? {
        Some(account) => Ok(account),
        None => refused(format!("there is no account {login}")),
    }
}
