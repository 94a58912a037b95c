//! Converts states of the API to what `ui` draws: padlocks, health, and why an operation is not possible.

use padlock_contract::environments::{Environment, EnvironmentHealth, EnvironmentStatus, PadlockState as ApiPadlock};
use padlock_contract::{Operation, Reason};

use crate::ui::{Health, PadlockState};

/// Whether the visitor may run an operation now, and if not, why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationStatus {
    /// The padlock that is shown beside the operation.
    pub padlock: PadlockState,
    /// Which permission the visitor lacks, and whom to ask for it. Empty if none is missing.
    pub forbidden_reason: String,
    /// Which state makes the operation impossible for everyone. Empty if none does.
    pub unavailable_reason: String,
}

/// Returns the status of `operation` on `environment`.
#[must_use]
pub fn operation_status(environment: &Environment, operation: Operation) -> OperationStatus {
    let Some(status) = environment.operation(operation) else {
        return OperationStatus::default();
    };
    if status.allowed {
        return OperationStatus { padlock: padlock_state(status.padlock), ..OperationStatus::default() };
    }
    let reason = join_reasons(&status.reasons);
    // The API names somebody to ask only where a permission is missing.
    if status.reasons.iter().any(|reason| reason.contact.is_some()) {
        OperationStatus {
            padlock: PadlockState::NotForYou,
            forbidden_reason: reason,
            unavailable_reason: String::new(),
        }
    } else {
        OperationStatus {
            padlock: padlock_state(status.padlock),
            forbidden_reason: String::new(),
            unavailable_reason: reason,
        }
    }
}

impl OperationStatus {
    /// Whether the visitor lacks a permission, so that waiting does not help.
    #[must_use]
    pub const fn is_forbidden(&self) -> bool {
        !self.forbidden_reason.is_empty()
    }

    /// Returns why the operation is not possible. Empty if it is.
    #[must_use]
    pub fn reason(self) -> String {
        if self.forbidden_reason.is_empty() { self.unavailable_reason } else { self.forbidden_reason }
    }
}

/// Joins the messages of the reasons to one text.
#[must_use]
pub fn join_reasons(reasons: &[Reason]) -> String {
    let messages: Vec<&str> = reasons.iter().map(|reason| reason.message.as_str()).collect();
    messages.join(" ")
}

/// Converts a padlock of the API.
#[must_use]
pub const fn padlock_state(padlock: ApiPadlock) -> PadlockState {
    match padlock {
        ApiPadlock::None => PadlockState::None,
        ApiPadlock::Closed | ApiPadlock::Unknown => PadlockState::Closed,
        ApiPadlock::Open => PadlockState::Open,
    }
}

/// Combines the status and the health of an environment.
#[must_use]
pub const fn health_of(status: EnvironmentStatus, health: EnvironmentHealth) -> Health {
    match (status, health) {
        (EnvironmentStatus::Running, EnvironmentHealth::Critical) => Health::Critical,
        (EnvironmentStatus::Running, EnvironmentHealth::Ok | EnvironmentHealth::Off | EnvironmentHealth::Unknown) => {
            Health::Running
        }
        (EnvironmentStatus::Empty, _) => Health::Empty,
        (EnvironmentStatus::Stopped, _) => Health::Stopped,
        (EnvironmentStatus::Starting, _) => Health::Starting,
        (EnvironmentStatus::Failed, _) => Health::Failed,
        (EnvironmentStatus::Unknown, _) => Health::Unknown,
    }
}
