//! Commands of the operator, who runs the server and has no session: accounts, apps and support agents.
//!
//! They need the store alone, so they can run beside the server, and they are recorded like every other change.

mod accounts;
mod apps;

use std::sync::Arc;

use padlock_domain::activity::{Entry, Event};
use padlock_domain::{Account, AccountEntry, AccountEntryId, AccountEvent, ActivityId, AppId, Login, Timestamp};

pub use accounts::AccountSummary;
pub use apps::{NewApp, NewMember};

use crate::ports::{Clock, Entropy, Hasher, HasherBusy, Store, StoreError, Transaction, random_bytes};

/// The device that account entries name for the operator's commands: "… was replaced from …".
const DEVICE: &str = "the server’s command line";

/// Why a command failed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The command is not possible; the sentence is for the operator.
    #[error("{0}")]
    Refused(String),
    /// The store failed.
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

/// The operator's commands, over the ports that they need.
pub struct Operator {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The password hasher.
    pub hasher: Arc<dyn Hasher>,
}

impl Operator {
    fn random<const N: usize>(&self) -> [u8; N] {
        random_bytes(self.entropy.as_ref())
    }

    /// Records an event of an account, which its owner sees.
    async fn record(&self, tx: &mut dyn Transaction, account: &Account, event: AccountEvent) -> Result<()> {
        let at = self.clock.now();
        let id = AccountEntryId::new(at, self.random());
        tx.add_account_entry(&AccountEntry { id, account: account.id, at, device: DEVICE.to_owned(), event }).await?;
        Ok(())
    }

    /// Records an event in an app's audit trail.
    async fn record_in_app(&self, tx: &mut dyn Transaction, app: AppId, at: Timestamp, event: Event) -> Result<()> {
        let id = ActivityId::new(at, self.random());
        tx.add_activity(&Entry { id, app, environment: None, account: None, at, event }).await?;
        Ok(())
    }

    /// Records an event in the audit trail of every app that the account is in the team of.
    async fn record_in_apps(&self, tx: &mut dyn Transaction, account: &Account, event: &Event) -> Result<()> {
        for app in tx.apps_of(account.id).await? {
            self.record_in_app(tx, app.id, self.clock.now(), event.clone()).await?;
        }
        Ok(())
    }
}

async fn find_account(tx: &mut dyn Transaction, login: &Login) -> Result<Account> {
    match tx.account_by_login(login).await? {
        Some(account) => Ok(account),
        None => refused(format!("there is no account {login}")),
    }
}
