//! Commands of the operator, who runs the server and has no session: accounts, apps and support agents.
//!
//! They need the store alone, so they can run beside the server, and they are recorded like every other change.

mod accounts;
mod apps;
mod jobs;
mod restore;

use std::sync::Arc;

use padlock_domain::activity::Event;
use padlock_domain::{Account, AccountEvent, Login};

pub use accounts::AccountSummary;
pub use apps::{NewApp, NewMember};
pub use jobs::JobSummary;
pub use restore::RestoreSummary;

use crate::ports::{Clock, Entropy, Hasher, HasherBusy, ReadTransaction, Store, StoreError, random_bytes};
use crate::unit_of_work::{Committed, UnitOfWork};

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

    /// Runs a unit of work.
    async fn write<T, F>(&self, work: impl FnMut(UnitOfWork) -> F) -> Result<T>
    where
        F: Future<Output = Result<Committed<T>>>,
    {
        self.store.write(self.clock.as_ref(), self.entropy.as_ref(), work).await.map(Committed::into_value)
    }
}

/// Records an event of an account, which its owner sees.
async fn record(tx: &mut UnitOfWork, account: &Account, event: AccountEvent) -> Result<()> {
    tx.record_account_event(account, DEVICE, event).await?;
    Ok(())
}

/// Records an event in the audit trail of every app that the account is in the team of.
async fn record_in_apps(tx: &mut UnitOfWork, account: &Account, event: &Event) -> Result<()> {
    for app in tx.apps_of(account.id).await? {
        tx.record_activity(app.id, None, None, event.clone()).await?;
    }
    Ok(())
}

async fn find_account(tx: &mut dyn ReadTransaction, login: &Login) -> Result<Account> {
    match tx.account_by_login(login).await? {
        Some(account) => Ok(account),
        None => refused(format!("there is no account {login}")),
    }
}
