//! Why something is refused, and whom to ask: the same words in the API and on the page.

use crate::environment::{Environment, Slot};
use crate::permission::Permission;

/// One reason of a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The member was deactivated.
    Deactivated,
    /// The app-team role has no Deploy Permissions.
    NoDeployPermissions,
    /// None of these permissions is held on the environment.
    MissingPermission(&'static [Permission]),
    /// Transport Rights are held on no environment.
    MissingTransportAnywhere,
    /// A script needs API Rights on the environment as well.
    MissingApiRights,
    /// For the Technical Contact alone.
    TechnicalContactOnly,
    /// A deployment is under way.
    Busy,
    /// Nothing was deployed yet.
    Empty,
    /// It runs already.
    AlreadyRunning,
    /// It does not run.
    NotRunning,
    /// It has to be stopped first.
    NotStopped,
}

/// What a reason is about; decides the status of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonKind {
    /// What the person holds: 403.
    Permission,
    /// What the environment is in: 409.
    State,
}

impl Reason {
    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Deactivated => "deactivated",
            Self::NoDeployPermissions => "no_deploy_permissions",
            Self::MissingPermission(_) | Self::MissingTransportAnywhere => "missing_permission",
            Self::MissingApiRights => "missing_api_rights",
            Self::TechnicalContactOnly => "technical_contact_only",
            Self::Busy => "busy",
            Self::Empty => "empty",
            Self::AlreadyRunning => "already_running",
            Self::NotRunning => "not_running",
            Self::NotStopped => "not_stopped",
        }
    }

    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> ReasonKind {
        match self {
            Self::Busy | Self::Empty | Self::AlreadyRunning | Self::NotRunning | Self::NotStopped => ReasonKind::State,
            _ => ReasonKind::Permission,
        }
    }

    /// The sentence for a person: `place` is the environment's or the app's name, `contact` the Technical Contact's.
    #[must_use]
    pub fn message(&self, place: &str, contact: &str) -> String {
        let can = |what: &str| format!("{contact}, the Technical Contact, can {what}.");
        match self {
            Self::Deactivated => format!("You were deactivated in this app. {}", can("take you back")),
            Self::NoDeployPermissions => {
                format!("Your app-team role has no Deploy Permissions. {}", can("change it"))
            }
            Self::MissingPermission(any) => {
                let names: Vec<_> = any.iter().map(|p| p.name()).collect();
                format!("You need {} on {place}. {}", names.join(" or "), can("grant them"))
            }
            Self::MissingTransportAnywhere => {
                format!("You need Transport Rights on an environment of {place}. {}", can("grant them"))
            }
            Self::MissingApiRights => format!("A script needs API Rights on {place}. {}", can("grant them")),
            Self::TechnicalContactOnly => format!("Only {contact}, the Technical Contact, can do this."),
            Self::Busy => format!("A deployment to {place} is under way. Wait until it has ended."),
            Self::Empty => format!("Nothing is deployed to {place} yet. Deploy a package first."),
            Self::AlreadyRunning => format!("{place} is running already."),
            Self::NotRunning => format!("{place} is not running. Start it first."),
            Self::NotStopped => format!("{place} has to be stopped first."),
        }
    }

    /// Whether the Technical Contact is the one to ask.
    #[must_use]
    pub fn asks_contact(&self) -> bool {
        self.kind() == ReasonKind::Permission
    }
}

/// What stands in the way of an operation with this need, in the environment's present state.
#[must_use]
pub fn state_refusal(need: crate::operation::StateRequirement, environment: &Environment) -> Option<Reason> {
    use crate::operation::StateRequirement;
    if need == StateRequirement::Any {
        return None;
    }
    if environment.job.is_some() {
        return Some(Reason::Busy);
    }
    match (need, &environment.slot) {
        (StateRequirement::Startable | StateRequirement::Stoppable | StateRequirement::Running, Slot::Empty) => {
            Some(Reason::Empty)
        }
        (StateRequirement::Startable, Slot::Running(_) | Slot::Starting(_)) => Some(Reason::AlreadyRunning),
        (StateRequirement::Stoppable | StateRequirement::Running, Slot::Stopped(_) | Slot::Failed(_)) => {
            Some(Reason::NotRunning)
        }
        (StateRequirement::Running, Slot::Starting(_)) => Some(Reason::NotRunning),
        (StateRequirement::Stopped, Slot::Running(_) | Slot::Starting(_)) => Some(Reason::NotStopped),
        _ => None,
    }
}
