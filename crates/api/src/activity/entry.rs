//! New entries of the audit trail.

use padlock_domain::activity::{Entry, Event};
use padlock_domain::{AccountId, ActivityId, AppId, EnvironmentId};

use crate::ports::Ports;

/// Returns a new entry with the current time. It has no `account` if the server acts by itself or for the operator.
pub(crate) fn new_entry(
    ports: &Ports,
    app: AppId,
    environment: Option<EnvironmentId>,
    account: Option<AccountId>,
    event: Event,
) -> Entry {
    let at = ports.now();
    Entry { id: ActivityId::new(at, ports.random()), app, environment, account, at, event }
}
