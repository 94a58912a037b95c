//! Grants: single-use permissions for one operation on one environment or app.

use jiff::Timestamp;

use crate::ids::{AccountId, AppId, EnvironmentId};
use crate::operation::Operation;

/// The permission to do one operation on one environment or app, once.
///
/// Only [`access::authorise`](crate::access::authorise) and its siblings create one. It cannot be copied, and the
/// transition that it allows consumes it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a grant that is not consumed changes nothing"]
pub struct Grant {
    operation: Operation,
    target: GrantTarget,
    account: AccountId,
    at: Timestamp,
}

/// What a grant is valid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantTarget {
    Environment(EnvironmentId),
    App(AppId),
}

impl Grant {
    pub(crate) const fn new(operation: Operation, target: GrantTarget, account: AccountId, at: Timestamp) -> Self {
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

    /// Consumes the grant and returns the operation that it allows on `environment`, or `None` if it was made for
    /// another target.
    #[must_use]
    pub fn consume_for_environment(self, environment: EnvironmentId) -> Option<Operation> {
        (self.target == GrantTarget::Environment(environment)).then_some(self.operation)
    }

    /// Consumes the grant and returns the operation that it allows on `app`, or `None` if it was made for another
    /// target.
    #[must_use]
    pub fn consume_for_app(self, app: AppId) -> Option<Operation> {
        (self.target == GrantTarget::App(app)).then_some(self.operation)
    }
}
