//! Creates entries of the audit trail.

use padlock_domain::activity::{Entry, Event};
use padlock_domain::ids::{AccountId, ActivityId, AppId, EnvironmentId};

use crate::ports::Ports;

/// Creates an entry of the audit trail with the current time.
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
