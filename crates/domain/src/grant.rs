//! Grants: single-use permissions for one operation on one target.

use jiff::Timestamp;

use crate::ids::{AccountId, AppId, EnvironmentId};
use crate::operation::Operation;

/// What an operation is performed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An environment.
    Environment(EnvironmentId),
    /// An app as a whole.
    App(AppId),
    /// The caller's own account.
    Account(AccountId),
}

impl From<EnvironmentId> for Target {
    fn from(id: EnvironmentId) -> Self {
        Self::Environment(id)
    }
}

impl From<AppId> for Target {
    fn from(id: AppId) -> Self {
        Self::App(id)
    }
}

impl From<AccountId> for Target {
    fn from(id: AccountId) -> Self {
        Self::Account(id)
    }
}

/// The permission to perform one operation on one target, once.
///
/// Only the functions of [`access`](crate::access) create one. It cannot be copied, and whatever it allows consumes it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a grant that is not consumed changes nothing"]
pub struct Grant {
    operation: Operation,
    target: Target,
    account: AccountId,
    at: Timestamp,
}

/// The error returned for a grant of another operation or target: a mistake of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the grant is for another operation or another target")]
pub struct WrongGrant;

impl Grant {
    pub(crate) const fn new(operation: Operation, target: Target, account: AccountId, at: Timestamp) -> Self {
        Self { operation, target, account, at }
    }

    /// Returns the account that the grant was made for.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Returns the time at which the grant was made.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Consumes the grant for `operation` on `target`.
    ///
    /// # Errors
    /// Returns [`WrongGrant`] if it was made for anything else.
    pub fn consume(self, operation: Operation, target: impl Into<Target>) -> Result<(), WrongGrant> {
        if self.operation == operation && self.target == target.into() { Ok(()) } else { Err(WrongGrant) }
    }
}
