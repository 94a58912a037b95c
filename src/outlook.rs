//! From the API's states to what the kit draws: health, padlocks, and why something may not be done.

use padlock_contract::environments::{Environment, Health as ApiHealth, Padlock, Status};
use padlock_contract::{Operation, Reason};

use crate::ui::{Health, PadlockState};

/// How an operation looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// The padlock beside it.
    pub padlock: PadlockState,
    /// What this person lacks, and whom to ask; empty when nothing.
    pub refused: String,
    /// What state stands in the way, whoever asks; empty when none.
    pub not_now: String,
}

/// How `operation` looks on `environment`.
#[must_use]
pub fn outlook(environment: &Environment, operation: Operation) -> Outlook {
    let Some(outlook) = environment.operation(operation) else {
        return Outlook::default();
    };
    if outlook.allowed {
        return Outlook { padlock: padlock_state(outlook.padlock), ..Outlook::default() };
    }
    let why = sentences(&outlook.reasons);
    // Whom to ask is said only where somebody can help.
    if outlook.reasons.iter().any(|reason| reason.ask.is_some()) {
        Outlook { padlock: PadlockState::NotForYou, refused: why, not_now: String::new() }
    } else {
        Outlook { padlock: padlock_state(outlook.padlock), refused: String::new(), not_now: why }
    }
}

impl Outlook {
    /// Whether a permission is missing, so that waiting will not help.
    #[must_use]
    pub const fn is_forbidden(&self) -> bool {
        !self.refused.is_empty()
    }

    /// Why not, whatever the reason.
    #[must_use]
    pub fn why_not(self) -> String {
        if self.refused.is_empty() { self.not_now } else { self.refused }
    }
}

/// The reasons of a refusal, one after the other.
#[must_use]
pub fn sentences(reasons: &[Reason]) -> String {
    let said: Vec<&str> = reasons.iter().map(|reason| reason.message.as_str()).collect();
    said.join(" ")
}

/// The API's padlock as the kit draws it.
#[must_use]
pub const fn padlock_state(padlock: Padlock) -> PadlockState {
    match padlock {
        Padlock::None => PadlockState::None,
        Padlock::Closed => PadlockState::Closed,
        Padlock::Open => PadlockState::Open,
    }
}

/// State and health as one shape and word.
#[must_use]
pub const fn shown_health(status: Status, health: ApiHealth) -> Health {
    match (status, health) {
        (Status::Running, ApiHealth::Critical) => Health::Critical,
        (Status::Running, ApiHealth::Ok | ApiHealth::Off) => Health::Running,
        (Status::Empty, _) => Health::Empty,
        (Status::Stopped, _) => Health::Stopped,
        (Status::Starting, _) => Health::Starting,
        (Status::Failed, _) => Health::Failed,
    }
}
